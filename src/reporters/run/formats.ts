/** The formats of runs, dry runs and replays. */
import type { RunReporter } from './run-reporter.ts';

export const RUN_REPORTERS = {
  text: async () => (await import('./text.ts')).TEXT_REPORTER,
  json: async () => (await import('./json.ts')).JSON_REPORTER,
  ndjson: async () => (await import('./ndjson.ts')).NDJSON_REPORTER,
  html: async () => (await import('./html.ts')).HTML_REPORTER,
} satisfies Record<string, () => Promise<RunReporter>>;

export type RunFormat = keyof typeof RUN_REPORTERS;
