/** What is wrong with how a round went. It asks the program for nothing but its exit code and its output. */
import { existsSync, readFileSync } from 'node:fs';
import { secretForms } from '../../../src/adapters/process/secrets/secret-forms.ts';
import { EXIT } from '../../../src/errors.ts';
import type { ProgramEnd } from '../program/program-end.ts';
import type { Arrival } from './receivers.ts';
import type { Scene } from './scene.ts';

export interface Heard {
  readonly arrivals: readonly Arrival[];
  readonly servedMs: number;
  readonly overread: readonly string[];
}

/** None but line breaks; nor what turns the direction of a line, or ends it, elsewhere. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
/** What GitHub and Azure take for a command to themselves; of GitLab control characters are a part. */
const COMMAND = /^\s*::|##\[|##vso\[/m;
const CODES: readonly (number | null)[] = Object.values(EXIT).filter((code) => code !== EXIT.bug);
const MAX_KILOBYTES = 512 * 1024;
/** Of the program alone, without git; what it usually needs for such a round is a fiftieth. */
const MAX_CPU_MS = 20_000;

export function judgeRun(scene: Scene, end: ProgramEnd, heard: Heard): string[] {
  const report = existsSync(scene.report) ? readFileSync(scene.report, 'utf8') : '';
  return [
    ...judgeOutput(scene, end),
    ...(CONTROL.test(report) ? [`the report holds ${shown(report, CONTROL)}`] : []),
    ...secretsIn(report, scene).map((one) => `the report tells ${one}`),
    ...healthyFaults(scene, end, heard),
    ...laneFaults(scene, report),
    ...cursorFaults(scene, end, heard),
    ...heard.overread.map((one) => `read without end: ${one}`),
  ];
}

/** Of any command. */
export function judgeOutput(scene: Scene, { code, stdout, stderr, cost }: ProgramEnd): string[] {
  const wrong: string[] = [];
  if (!CODES.includes(code)) wrong.push(`exit ${code}: ${stderr.slice(0, 1500)}`);
  for (const [name, output] of Object.entries({ stdout, stderr })) {
    if (CONTROL.test(output)) wrong.push(`${name} holds ${shown(output, CONTROL)}`);
    if (COMMAND.test(output))
      wrong.push(`CI takes a part of ${name} for a command: ${shown(output, COMMAND)}`);
    wrong.push(...secretsIn(output, scene).map((one) => `${name} tells ${one}`));
  }
  if (cost.peakKilobytes > MAX_KILOBYTES) wrong.push(`${Math.round(cost.peakKilobytes / 1024)} MB of memory`);
  if (cost.cpuMs > MAX_CPU_MS) wrong.push(`${Math.round(cost.cpuMs / 1000)} s of CPU`);
  return wrong;
}

const shown = (output: string, pattern: RegExp): string => {
  const { index = 0 } = pattern.exec(output) ?? {};
  return JSON.stringify(output.slice(Math.max(0, index - 60), index + 60)).replace(
    /[\u007f-\u{10ffff}]/gu,
    (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`,
  );
};

const secretsIn = (output: string, { secrets }: Scene): string[] =>
  secrets.filter((secret) => [...secretForms(secret)].some((form) => output.includes(form)));

function healthyFaults({ due, mayStop }: Scene, { code }: ProgramEnd, { arrivals }: Heard): string[] {
  const wrong: string[] = [];
  const events = arrivals.map(({ event }) => event.replace(/^team\./, ''));
  if (
    due !== undefined &&
    events.join() !== due.join() &&
    !(mayStop && events.length === 0 && code !== EXIT.done)
  ) {
    wrong.push(`the healthy client got [${events.join(', ')}] and was due [${due.join(', ')}]; exit ${code}`);
  }
  for (const [index, { sequence, previousId }] of arrivals.entries()) {
    const before = arrivals[index - 1];
    if (before === undefined) continue;
    if (before.sequence >= sequence)
      wrong.push(`to the healthy client ${sequence} came after ${before.sequence}`);
    if (before.id !== previousId)
      wrong.push(`after ${before.id} the healthy client was told of ${previousId} as the one before`);
  }
  return wrong;
}

/** Every receiver was given up long before the run is ended by its own limit, and only claims of now hold a client. */
function laneFaults({ freed, mayStop }: Scene, report: string): string[] {
  if (report === '') return [];
  const { clients } = JSON.parse(report) as { clients: { client: string; status: string }[] };
  return clients.flatMap(({ client, status }) => [
    ...(status === 'stopped' && !mayStop ? [`${client} was still being served when the run was ended`] : []),
    ...(status === 'claimed' && freed.includes(client)
      ? [`${client} is held by a claim of the far future`]
      : []),
  ]);
}

/** Who got all that it was due has a cursor that says so. */
function cursorFaults({ cursors, due, tip }: Scene, { code }: ProgramEnd, { arrivals }: Heard): string[] {
  if (cursors === undefined || due === undefined || arrivals.length < due.length) return [];
  const { clients } = JSON.parse(readFileSync(cursors, 'utf8')) as {
    clients: Record<string, { commit?: string }>;
  };
  const { commit } = clients['healthy'] ?? {};
  return commit === tip
    ? []
    : [`the cursor of the healthy client stands at ${commit}, not at ${tip}; exit ${code}`];
}
