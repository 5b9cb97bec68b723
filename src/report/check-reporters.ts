/** A check's report in each of its formats. */
import type { CheckReport } from '../check/check-report.ts';
import { gitlabReport } from './check-gitlab.ts';
import { jsonReport } from './check-json.ts';
import { junitReport } from './check-junit.ts';
import { textReport } from './check-text.ts';
import type { Style } from './style.ts';

export type CheckFormat = 'text' | 'json' | 'junit' | 'gitlab';

export const CHECK_REPORTERS: Readonly<Record<CheckFormat, (report: CheckReport, style: Style) => string>> = {
  text: textReport,
  json: jsonReport,
  junit: junitReport,
  gitlab: gitlabReport,
};
