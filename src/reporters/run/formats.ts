/** The formats of runs, dry runs and replays. */
import type { RunReporter } from './run-reporter.ts';

export const RUN_REPORTERS = {
  text: async () => (await import('./formats/text.ts')).TEXT_REPORTER,
  json: async () => (await import('./formats/json.ts')).JSON_REPORTER,
  ndjson: async () => (await import('./formats/ndjson.ts')).NDJSON_REPORTER,
  markdown: async () => (await import('./formats/markdown.ts')).MARKDOWN_REPORTER,
  openmetrics: async () => (await import('./formats/openmetrics.ts')).OPENMETRICS_REPORTER,
  html: async () => (await import('./formats/html.ts')).HTML_REPORTER,
} satisfies Record<string, () => Promise<RunReporter>>;

export type RunFormat = keyof typeof RUN_REPORTERS;
