/** The formats of `check`, by their names on the command line. */
export const CHECK_FORMATS = ['text', 'json', 'junit', 'gitlab'] as const;

export type CheckFormat = (typeof CHECK_FORMATS)[number];
