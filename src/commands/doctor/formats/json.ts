/** What `doctor` found, for machines: one JSON document. */
import type { DoctorReport } from '../doctor-report.ts';

export function doctorJson({ findings, exitCode }: DoctorReport): string {
  const told = findings.map(({ client, exitCode: code, ...finding }) => ({
    ...finding,
    client: client ?? null,
    exitCode: code ?? null,
  }));
  return `${JSON.stringify({ version: 1, exitCode, findings: told }, null, 2)}\n`;
}
