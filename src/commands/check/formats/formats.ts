/** A check's report in each of its formats. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { CheckReport } from '../check-report.ts';
import type { CheckFormat } from './check-format.ts';
import { gitlabReport } from './code-quality.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { textReport } from './text.ts';

export const CHECK_REPORTERS: Readonly<Record<CheckFormat, (report: CheckReport, style: Style) => string>> = {
  text: textReport,
  json: jsonReport,
  junit: junitReport,
  gitlab: gitlabReport,
};
