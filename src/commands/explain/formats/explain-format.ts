/** The formats of `explain`, by their names on the command line. */
export const EXPLAIN_FORMATS = ['text', 'json'] as const;

export type ExplainFormat = (typeof EXPLAIN_FORMATS)[number];
