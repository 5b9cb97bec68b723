/** The formats of `init`. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { InitReport } from '../init-report.ts';

type InitReporter = (report: InitReport, style: Style) => string;

export const INIT_REPORTERS = {
  text: async () => (await import('./text.ts')).initText,
  json: async () => (await import('./json.ts')).initJson,
} satisfies Record<string, () => Promise<InitReporter>>;

export type InitFormat = keyof typeof INIT_REPORTERS;
