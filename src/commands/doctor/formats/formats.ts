/** The formats of `doctor`. */
import type { Style } from '../../../adapters/process/terminal/style.ts';
import type { DoctorReport } from '../doctor-report.ts';

type DoctorReporter = (report: DoctorReport, style: Style) => string;

export const DOCTOR_REPORTERS = {
  text: async () => (await import('./text.ts')).doctorText,
  json: async () => (await import('./json.ts')).doctorJson,
} satisfies Record<string, () => Promise<DoctorReporter>>;

export type DoctorFormat = keyof typeof DOCTOR_REPORTERS;
