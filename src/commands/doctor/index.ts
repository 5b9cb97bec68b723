/** `team-events doctor`: tries what a run needs, one thing after the other, and says what mends what is wrong. */
import { readPolicy, type Policy, type PolicyFlags } from '../../adapters/files/policy-file.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { exitCodeOf, type ExitCode } from '../../errors.ts';
import { withCheck } from '../../reporters/commands/check-lines.ts';
import { callerOf } from '../../run/event-log/log-notes.ts';
import { failedBy, fine, untried, type DoctorFinding, type DoctorReport } from './doctor-report.ts';
import { examineClients } from './examine-clients.ts';
import { examineClone } from './examine-clone.ts';
import { examineCursors, type AskedOfCursors } from './examine-cursors.ts';
import { examineReceivers } from './examine-receivers.ts';
import { examineRemote } from './examine-remote.ts';
import { DOCTOR_REPORTERS, type DoctorFormat } from './formats/formats.ts';

/** As the command line declares them. */
export interface DoctorOptions extends AskedOfCursors, PolicyFlags {
  readonly client: readonly string[];
  /** Sends a sample event to each endpoint, which is a real request. */
  readonly send: boolean;
  readonly format: DoctorFormat;
}

/** Changes nothing: no cursor, no tag, no file. Without `--send` it only connects to receivers. */
export async function doctor(options: DoctorOptions, context: RunContext): Promise<ExitCode> {
  const { console, redactor, stop } = context;
  const findings = await examine(options, context);
  stop.stopping.throwIfAborted();
  const masked = findings.map((finding) => ({
    ...finding,
    message: redactor.redact(finding.message),
    remedy: finding.remedy.map((step) => ({ ...step, text: redactor.redact(step.text) })),
  }));
  const exitCode = exitCodeOf(masked.flatMap((finding) => finding.exitCode ?? []));
  const report: DoctorReport = { findings: masked, exitCode };
  const show = await DOCTOR_REPORTERS[options.format]();
  await console.print(show(report, console.style));
  return exitCode;
}

async function examine(options: DoctorOptions, context: RunContext): Promise<readonly DoctorFinding[]> {
  const { environment, stop } = context;
  const policy = examinePolicy(options);
  const clone = await examineClone(options.repo, callerOf(context));
  const { repository, head } = clone;
  const first = [...clone.findings, policy.finding];
  if (repository === undefined) return first;
  const remote = await examineRemote(repository, head, options, environment, stop.stopping);
  const clients = examineClients(repository, options, context);
  const cursors =
    head === undefined || !remote.isReachable
      ? [untried('cursors', head === undefined ? 'there is no usable commit' : 'the remote cannot be read')]
      : await examineCursors(repository, head, clients.file?.content, options, environment, stop.stopping);
  const receivers =
    policy.value === undefined || clients.file === undefined
      ? []
      : await examineReceivers(clients.file.path, clients.bound, policy.value, options, context);
  return [...first, ...remote.findings, ...cursors, ...clients.findings, ...receivers];
}

function examinePolicy(options: DoctorOptions): {
  readonly finding: DoctorFinding;
  readonly value: Policy | undefined;
} {
  try {
    const value = readPolicy(options.policy, options);
    return { finding: fine('policy', options.policy ?? 'none: the defaults apply'), value };
  } catch (error) {
    return { finding: failedBy('policy', withCheck(error, options)), value: undefined };
  }
}
