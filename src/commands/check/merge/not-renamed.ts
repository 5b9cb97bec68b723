/** What `--not-renamed` without ids means. */
export const EVERY = '*';
