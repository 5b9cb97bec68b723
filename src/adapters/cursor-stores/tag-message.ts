/**
 * A cursor <-> the annotated tag object that holds it.
 *
 *     object 8c1f…                                       the cursor's commit
 *     type commit
 *     tag team-events/gitlab-groups
 *     tagger team-events <…> 1767603600 +0000
 *
 *     gitlab-groups has been sent every event up to this commit.
 *
 *     A cursor of team-events, …                         for people
 *
 *     Step: 8c1f… 3ab0…   written FROM..TO               the last paragraph is all trailers
 *     Root: true           the first commit's own step  (else FROM is the empty tree in a snapshot only)
 *     Sequence: 000000001234.000003
 *     Sent: team.created, team.modified
 *     Unsent: 2-7, 12-12   but not these of that step    (a skip, or subscriptions that changed on the way)
 *     Replay: true         the step goes out as a replay (a snapshot that a person has set)
 *     Held: payments 8c1f…..3ab0… 000000000007.000001    a team that is behind (held-trailers.ts)
 *     Last-Event: evt_0d5e…
 *     Blocked: evt_0d5e… 2026-01-05T09:00:00Z answered 500
 *     Claim: 2026-01-05T09:05:00Z https://ci.example.com/runs/7
 *     Run: https://ci.example.com/runs/7
 *     Nonce: 6f1c…                                       so that two runs never make the same object
 */
import * as v from 'valibot';
import { isBeforeFirst, type Cursor } from '../../core/cursor/cursor.ts';
import { cursorSchema, problemsOf, storedForm } from '../../core/cursor/cursor-schema.ts';
import { EMPTY_TREE } from '../../core/events/log/step-event.ts';
import { counted } from '../../core/text/counted.ts';
import { shorten } from '../../core/text/shorten.ts';
import { heldOf, heldTrailers } from './held-trailers.ts';

export interface TagDetails {
  readonly client: string;
  /** Without `refs/tags/`. */
  readonly tag: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Text that no other object contains. */
  readonly nonce: string;
}

export type ParsedTag =
  | { readonly kind: 'cursor'; readonly cursor: Cursor }
  | { readonly kind: 'corrupt'; readonly message: string };

const TAGGER = 'team-events <noreply@team-events.invalid>';

/** The text of the tag object. @throws if `cursor` is not valid */
export function formatTag(cursor: Cursor, { client, tag, now, nonce }: TagDetails): string {
  const { commit, step } = storedForm(cursor);
  return [
    `object ${commit}`,
    'type commit',
    `tag ${tag}`,
    `tagger ${TAGGER} ${Math.floor(now / 1000)} +0000`,
    '',
    howFar(cursor, client),
    '',
    step?.from === EMPTY_TREE
      ? `A cursor of team-events, written by its runs. Pending is what it has not got of this commit, and what comes after it.`
      : `A cursor of team-events, written by its runs. Pending is what comes after it: git log ${tag}..BRANCH`,
    'Nothing is sent to this client while the tag is missing. Move it with: team-events cursor set',
    '',
    ...[...trailersOf(cursor), ['Nonce', nonce] as const].map(([key, value]) => `${key}: ${value}`.trimEnd()),
    '',
  ].join('\n');
}

function howFar(cursor: Cursor, client: string): string {
  const { step, held = [] } = cursor;
  if (isBeforeFirst(cursor))
    return `${client} has been sent nothing yet. It begins with this commit, the first of all.`;
  if (step?.from === null) {
    const what = step.root ? 'the events of this commit, the first of all' : 'the snapshot of this commit';
    return `${client} is being sent ${what}, and has not got all of it yet.`;
  }
  const waiting =
    held.length > 0
      ? `, but for what ${counted(held.length, 'held team')} ${held.length === 1 ? 'waits' : 'wait'} for`
      : '';
  return `${client} has been sent every event up to this commit${step ? ', and a part of the next step' : ''}${waiting}.`;
}

/** The contents of a cursor except its commit, as trailers. @throws if `cursor` is not valid */
export function trailersOf(cursor: Cursor): readonly (readonly [key: Trailer, value: string])[] {
  const { step, held, lastEvent, blocked, claim, run } = storedForm(cursor);
  const trailers: [key: Trailer, value: string | undefined][] = [
    ['Step', step && `${step.from}..${step.to}`],
    ['Root', step?.root && String(step.root)],
    ['Sequence', step?.sequence],
    ['Sent', step?.sent.join(', ')],
    ['Unsent', step?.unsent?.map((span) => span.join('-')).join(', ')],
    ['Replay', step?.replay && String(step.replay)],
    ...heldTrailers(held),
    ['Last-Event', lastEvent],
    ['Blocked', blocked && `${blocked.event} ${blocked.since} ${blocked.status}`],
    ['Claim', claim && `${claim.until} ${claim.run}`],
    ['Run', run],
  ];
  return trailers.flatMap(([key, value]) => (value ? [[key, value] as const] : []));
}

const TRAILERS = [
  'Step',
  'Root',
  'Sequence',
  'Sent',
  'Unsent',
  'Replay',
  'Held',
  'Held-Sent',
  'Last-Event',
  'Blocked',
  'Claim',
  'Run',
  'Nonce',
] as const;
type Trailer = (typeof TRAILERS)[number];
/** Those of which each line stands for itself. */
const MANY: readonly (string | undefined)[] = ['Held', 'Held-Sent'] satisfies Trailer[];
const isTrailer = (key: string | undefined): key is Trailer => TRAILERS.includes(key as Trailer);

const SIGNATURE = /^-----BEGIN [A-Z ]+-----\n[^]*/m;

/** Parses a tag object. A tag made by hand, without our trailers, is a cursor on its commit. */
export function parseTag(text: string): ParsedTag {
  const corrupt = (message: string): ParsedTag => ({ kind: 'corrupt', message });
  const [headers = '', ...paragraphs] = text.replace(SIGNATURE, '').split(/\n\n+/);
  const object = /^object (\S+)\ntype (\S+)$/m.exec(headers);
  if (object?.[2] !== 'commit')
    return corrupt(`it is a tag of a ${object?.[2] ?? 'thing that cannot be read'}, not of a commit`);

  const lines = (paragraphs.findLast((paragraph) => paragraph.trim() !== '') ?? '').trim().split('\n');
  const fields = lines.map((line) => /^(?<key>[A-Za-z][A-Za-z-]*):(?: (?<value>.*))?$/.exec(line)?.groups);
  const found = new Map<Trailer, string[]>();
  if (fields.some((field) => isTrailer(field?.['key']))) {
    for (const [index, field] of fields.entries()) {
      const key = field?.['key'];
      if (!isTrailer(key))
        return corrupt(
          `its message has the line ${JSON.stringify(shorten(lines[index] ?? '', 100))} among the trailers`,
        );
      const before = found.get(key) ?? [];
      if (before.length > 0 && !MANY.includes(key)) return corrupt(`its message has ${key}: twice`);
      found.set(key, [...before, field?.['value'] ?? '']);
    }
  }
  const result = v.safeParse(cursorSchema, fieldsOf(object[1] ?? '', found));
  if (!result.success)
    return corrupt(`its message is not as team-events writes it: ${problemsOf(result.issues)}`);
  return { kind: 'cursor', cursor: result.output };
}

function fieldsOf(commit: string, trailers: ReadonlyMap<Trailer, readonly string[]>): unknown {
  const get = (key: Trailer): string | undefined => trailers.get(key)?.[0];
  const [from, to] = get('Step')?.split('..') ?? [];
  const blocked = get('Blocked');
  const claim = get('Claim');
  const [event, since, status] = cut(blocked, 3);
  const [until, claimant] = cut(claim, 2);
  const partial = (['Step', 'Root', 'Sequence', 'Sent', 'Unsent', 'Replay'] as const).some((key) =>
    trailers.has(key),
  );
  const sent = get('Sent')?.split(', ') ?? [];
  const unsent = get('Unsent')
    ?.split(', ')
    .map((span) => span.split('-').map((index) => (/^\d+$/.test(index) ? Number(index) : index)));
  const marks = (['Root', 'Replay'] as const).flatMap((key) =>
    trailers.has(key) ? [[key.toLowerCase(), get(key) === 'true'] as const] : [],
  );
  const step = { from, to, sequence: get('Sequence'), sent, ...(unsent && { unsent }) };
  return Object.fromEntries(
    Object.entries({
      commit,
      step: partial ? { ...step, ...Object.fromEntries(marks) } : undefined,
      held: heldOf(trailers.get('Held') ?? [], trailers.get('Held-Sent') ?? []),
      lastEvent: get('Last-Event'),
      blocked: blocked === undefined ? undefined : { event, since, status: status ?? '' },
      claim: claim === undefined ? undefined : { until, run: claimant ?? '' },
      run: get('Run'),
    }).filter(([, value]) => value !== undefined),
  );
}

/** Splits `text` at its first spaces into this many pieces. */
function cut(text: string | undefined, pieces: number): string[] {
  const parts = text?.split(' ') ?? [];
  return [
    ...parts.slice(0, pieces - 1),
    ...(parts.length < pieces ? [] : [parts.slice(pieces - 1).join(' ')]),
  ];
}
