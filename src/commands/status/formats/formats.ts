/** The report of `status` in each of its formats. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { StatusReport } from '../status-report.ts';
import type { StatusFormat } from './status-format.ts';
import { statusText } from './text.ts';

type StatusReporter = (report: StatusReport, nowMs: number, style: Style) => string;

export const STATUS_REPORTERS: Readonly<Record<StatusFormat, StatusReporter>> = {
  text: statusText,
  json: (report) => `${JSON.stringify(report)}\n`,
};
