/** The formats of events and of a run, by their names on the command line. */
export const OUTPUT_FORMATS = ['text', 'json', 'ndjson'] as const;

export type OutputFormat = (typeof OUTPUT_FORMATS)[number];
