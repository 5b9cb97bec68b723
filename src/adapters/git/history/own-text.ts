/** Copies ASCII out of git's output: V8 would keep the whole output, a piece of history, for a part of it. */
export const ownText = (ascii: string): string => Buffer.from(ascii, 'latin1').toString('latin1');
