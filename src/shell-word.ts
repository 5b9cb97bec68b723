/** A text as a shell takes it for one word: what messages show is copied. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./^~-]+$/.test(text) && !text.startsWith('~') ? text : `'${text.replaceAll("'", "'\\''")}'`;
