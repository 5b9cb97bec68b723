/**
 * A message of git or a server as lines, without blank ones. Lines after the first get a mark, because they become
 * lines of their own in our message. There is always a first line: `otherwise` if the text is empty.
 */
export function messageLines(text: string, otherwise = ''): readonly [first: string, ...more: string[]] {
  const [first = otherwise, ...more] = text
    .split(/\r?\n/)
    .map((line) => line.trim().replace(/^\| /, '')) // it may have been marked before
    .filter((line) => line !== '');
  return [first, ...more.map((line) => `| ${line}`)];
}
