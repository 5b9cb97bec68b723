export type OutputFormat = 'text' | 'json' | 'ndjson';
