/** Where each client stands: the form of a status on a page, whether it was made now or kept as JSON. */
import type { LaneState } from '../../core/delivery/lane/lane-status.ts';
import type { HeldTeamCount } from '../../core/delivery/lane/teams/held-steps.ts';
import { counted } from '../../core/text/counted.ts';
import { heldText } from '../held-text.ts';
import { LANE_WORDS, worstFirst } from '../lane-words.ts';
import { brokenSection, type ShownBrokenFile } from './broken-section.ts';
import { markup, type Markup, type Part } from './markup.ts';
import { section, table, type Verdict } from './page.ts';
import { stateText } from './state-text.ts';

export interface ShownStatus {
  readonly store: string;
  readonly to: { readonly id: string; readonly title: string | null };
  readonly exitCode: number;
  readonly clients: readonly ShownClient[];
  readonly left: readonly { readonly client: string; readonly commits: number | null }[];
  /** What an older version has kept does not have it. */
  readonly broken?: readonly ShownBrokenFile[] | undefined;
}

export interface ShownClient {
  readonly client: string;
  readonly contact: string | null;
  readonly state: LaneState;
  readonly pending: { readonly events: number; readonly commits: number } | null;
  readonly since: string | null;
  readonly skipped: number;
  readonly blocked: {
    readonly event: string;
    readonly type: string | null;
    readonly team: string | null;
    readonly status: string;
  } | null;
  /** Absent in a status that an earlier version has written. */
  readonly held?: readonly HeldTeamCount[] | undefined;
  readonly guard: {
    readonly before: string;
    readonly deletedTeams: number;
    readonly removedMemberships: number;
  } | null;
  readonly claim: { readonly run: string; readonly until: string } | null;
  readonly problems: readonly string[];
}

export function statusVerdict({ clients, exitCode, broken = [] }: ShownStatus): Verdict {
  const behind = clients.filter(
    ({ state, pending }) => LANE_WORDS[state].mark === '✗' && pending?.events !== 0,
  );
  if (behind.length > 0) {
    const are = behind.length === 1 ? 'is' : 'are';
    return {
      tone: 'bad',
      text: `${behind.length} of ${counted(clients.length, 'client')} ${are} behind or cannot go on`,
    };
  }
  if (broken.length > 0) {
    const are = broken.length === 1 ? 'is' : 'are';
    return { tone: 'bad', text: `no client is behind, but ${counted(broken.length, 'file')} ${are} broken` };
  }
  return exitCode === 0
    ? { tone: 'good', text: 'no client is behind' }
    : { tone: 'bad', text: `a run would end with ${exitCode}` };
}

export const statusAbout = ({ store, to }: ShownStatus): Markup =>
  markup`<code>${store}</code> up to <code>${to.id.slice(0, 12)}</code> ${to.title ?? ''}`;

export function statusSections({ clients, left, broken = [] }: ShownStatus): readonly (Markup | undefined)[] {
  const sorted = worstFirst(clients, ({ state }) => state);
  const waiting = clients.reduce((sum, { pending }) => sum + (pending?.events ?? 0), 0);
  const ofClients = section(
    'Clients',
    table({
      caption: `${counted(clients.length, 'client')}, ${counted(waiting, 'event')} waiting; the worst first`,
      head: ['Client', 'State', 'Waiting', 'Since', 'Why', 'Contact'],
      rows: sorted.map((one) => [
        one.client,
        stateText(one.state),
        waits(one),
        one.since ?? '',
        why(one),
        one.contact ?? '',
      ]),
      stacks: true,
      figures: [2],
    }),
    left.length === 0
      ? undefined
      : markup`<p>Not in the clients file, though they have a cursor: ${left.map(({ client }) => client).join(', ')}</p>`,
  );
  return [ofClients, brokenSection(broken)];
}

const waits = ({ pending }: ShownClient): Part =>
  pending === null
    ? 'unknown'
    : pending.events === 0
      ? 0
      : `${pending.events} of ${counted(pending.commits, 'commit')}`;

function why({ state, blocked, held = [], guard, claim, skipped, problems }: ShownClient): Part {
  const lines = [
    ...(blocked === null
      ? []
      : [`${blocked.type ?? 'event'} ${blocked.team ?? ''} (${blocked.event}): ${blocked.status}`]),
    ...(held.length > 0 ? [`held: ${heldText(held)}`] : []),
    ...(guard === null
      ? []
      : [
          `the removal guard stops it before ${guard.before.slice(0, 12)}: ${counted(guard.deletedTeams, 'team')} deleted, ` +
            `${counted(guard.removedMemberships, 'membership')} taken away`,
        ]),
    ...(claim === null ? [] : [`claimed by ${claim.run} until ${claim.until}`]),
    ...(skipped > 0 ? [`${counted(skipped, 'pending event')} passed over knowingly`] : []),
    ...problems,
  ];
  if (lines.length === 0) return state === 'current' ? '' : LANE_WORDS[state].text;
  return lines.map((line) => markup`<div>${line}</div>`);
}
