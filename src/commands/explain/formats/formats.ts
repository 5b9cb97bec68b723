/** The answer of `explain` in each of its formats. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { Explanation } from '../subject.ts';
import type { ExplainFormat } from './explain-format.ts';
import { explanationText } from './text.ts';

type ExplainReporter = (explanation: Explanation, style: Style) => string;

export const EXPLAIN_REPORTERS: Readonly<Record<ExplainFormat, ExplainReporter>> = {
  text: explanationText,
  json: (explanation) => `${JSON.stringify(explanation)}\n`,
};
