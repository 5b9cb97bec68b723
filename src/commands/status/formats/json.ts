/** `status` for machines: one JSON document. */
import type { StatusReport } from '../status-report.ts';

export const statusJson = (report: StatusReport): string => `${JSON.stringify(report)}\n`;
