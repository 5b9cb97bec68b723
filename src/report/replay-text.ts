/** What a replay sends again, and to whom. */
import type { Problem } from '../catalogue/team.ts';
import type { LogStep } from '../events/log-step.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { stepText } from './events-text.ts';
import { counted } from './status-text.ts';
import { printable, type Style } from './style.ts';

/** Of a lane, what is shown. */
export interface ShownLane {
  readonly client: { readonly name: string };
  readonly due: readonly (readonly LoggedEvent[])[];
  /** Events of the range that are pending for it. */
  readonly left: number;
  /** Why it gets nothing. */
  readonly refused: { readonly status: string; readonly message: string | undefined } | undefined;
}

/** Of each event that anyone gets, who. */
function receiversOf(lanes: readonly ShownLane[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const { client, due, refused } of lanes) {
    if (refused !== undefined) continue;
    for (const { id } of due.flat()) names.set(id, [...(names.get(id) ?? []), client.name]);
  }
  return names;
}

/** Events that somebody gets. */
export function replaySteps(
  log: readonly LogStep[],
  lanes: readonly ShownLane[],
  format: 'text' | 'json' | 'ndjson',
  style: Style,
): string {
  const receivers = receiversOf(lanes);
  const shown = log
    .map(({ events }) => events.filter(({ id }) => receivers.has(id)))
    .filter((events) => events.length > 0);
  if (format === 'ndjson') return shown.flatMap((events) => events.map(({ text }) => `${text}\n`)).join('');
  return shown.map((events) => stepText(events, style, ({ id }) => receivers.get(id) ?? [])).join('\n');
}

/** A line for each client. */
export function replayLines(lanes: readonly ShownLane[], style: Style): string {
  const width = Math.max(0, ...lanes.map(({ client }) => client.name.length));
  const lines = lanes.map(({ client, due, refused }) => {
    const count = due.flat().length;
    const { status, message = status } = refused ?? { status: '' };
    const what = refused
      ? `nothing: ${printable(status === 'claimed' ? `it is claimed by ${message}` : message)}`
      : count === 0
        ? 'nothing of it'
        : `${counted(count, 'event')} again`;
    return `${style.bold(client.name.padEnd(width))}  would get ${what}\n`;
  });
  return `${receiversOf(lanes).size > 0 ? '\n' : ''}${lines.join('')}`;
}

/** Of what would be sent; absent is null. */
export function replayJson({
  from,
  to,
  log,
  lanes,
  problems,
}: {
  readonly from: string | null;
  readonly to: string;
  readonly log: readonly LogStep[];
  readonly lanes: readonly ShownLane[];
  readonly problems: readonly Problem[];
}): string {
  const receivers = receiversOf(lanes);
  const events = log.flatMap((step) => step.events.filter(({ id }) => receivers.has(id)));
  const clients = lanes.map(({ client, due, left, refused }) => ({
    client: client.name,
    events: refused ? 0 : due.flat().length,
    left,
    refused: refused ? { status: refused.status, message: refused.message ?? null } : null,
  }));
  // Events are shown byte for byte.
  const texts = events.map(({ text }) => `\n${text}`).join(',');
  const rest = { clients, receivers: Object.fromEntries(receivers), problems };
  return `{"version":1,"from":${JSON.stringify(from)},"to":${JSON.stringify(to)},"events":[${texts}\n],${JSON.stringify(rest).slice(1)}`;
}
