/**
 * What git or a server said, in lines; blank ones are left out. Those after the first are marked, as they stand in lines
 * of their own in what we say. The first is there in any case.
 */
export function messageLines(text: string, otherwise = ''): readonly [first: string, ...more: string[]] {
  const [first = otherwise, ...more] = text
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^\| /, '')) // it may have been told so before
    .filter((line) => line !== '');
  return [first, ...more.map((line) => `| ${line}`)];
}
