/** What git or a server said, in lines; blank ones are left out. The first is there in any case. */
export function saidLines(text: string, otherwise = ''): readonly [first: string, ...more: string[]] {
  const [first = otherwise, ...more] = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return [first, ...more];
}
