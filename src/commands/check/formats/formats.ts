/** The formats of `check`. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { CheckReport } from '../check-report.ts';

type CheckReporter = (report: CheckReport, style: Style) => string;

export const CHECK_REPORTERS = {
  text: async () => (await import('./text.ts')).textReport,
  json: async () => (await import('./json.ts')).jsonReport,
  junit: async () => (await import('./junit.ts')).junitReport,
  gitlab: async () => (await import('./code-quality.ts')).gitlabReport,
  github: async () => (await import('./github.ts')).githubReport,
  markdown: async () => (await import('./markdown.ts')).markdownReport,
  openmetrics: async () => (await import('./openmetrics.ts')).openMetricsReport,
  html: async () => (await import('./html.ts')).checkPage,
} satisfies Record<string, () => Promise<CheckReporter>>;

export type CheckFormat = keyof typeof CHECK_REPORTERS;
