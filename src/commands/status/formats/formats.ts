/** The formats of `status`. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { StatusReport } from '../status-report.ts';

type StatusReporter = (report: StatusReport, nowMs: number, style: Style) => string;

export const STATUS_REPORTERS = {
  text: async () => (await import('./text.ts')).statusText,
  json: async () => (await import('./json.ts')).statusJson,
  markdown: async () => (await import('./markdown.ts')).statusMarkdown,
  openmetrics: async () => (await import('./openmetrics.ts')).statusMetrics,
  html: async () => (await import('./html.ts')).statusPage,
} satisfies Record<string, () => Promise<StatusReporter>>;

export type StatusFormat = keyof typeof STATUS_REPORTERS;
