/** Of `--not-renamed`: all of them. */
export const EVERY = '*';
