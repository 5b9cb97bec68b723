/** The value of `--not-renamed` without ids: all new teams. */
export const EVERY = '*';
