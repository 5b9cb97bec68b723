/** The formats of events and of a run. */
export type OutputFormat = 'text' | 'json' | 'ndjson';
