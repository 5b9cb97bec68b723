/** The answer of `explain` for machines: one JSON document. */
import type { Explanation } from '../subject.ts';

export const explanationJson = (explanation: Explanation): string => `${JSON.stringify(explanation)}\n`;
