/** The formats of `explain`. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { Explanation } from '../subject.ts';

type ExplainReporter = (explanation: Explanation, style: Style) => string;

export const EXPLAIN_REPORTERS = {
  text: async () => (await import('./text.ts')).explanationText,
  json: async () => (await import('./json.ts')).explanationJson,
} satisfies Record<string, () => Promise<ExplainReporter>>;

export type ExplainFormat = keyof typeof EXPLAIN_REPORTERS;
