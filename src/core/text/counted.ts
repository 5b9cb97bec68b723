/** `1 team`, `2 teams`; `many` where the plural is another word. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
