/** The formats of `status`, by their names on the command line. */
export const STATUS_FORMATS = ['text', 'json'] as const;

export type StatusFormat = (typeof STATUS_FORMATS)[number];
