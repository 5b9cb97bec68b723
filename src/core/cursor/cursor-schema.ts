/** The schema of a stored cursor, in a file and in a tag alike; it alone decides what is corrupt. */
import * as v from 'valibot';
import { EMPTY_TREE } from '../events/log/step-event.ts';
import { EVENT_TYPES } from '../events/event-type.ts';
import { SEQUENCE } from '../events/sequence.ts';
import { shorten } from '../text/shorten.ts';
import { controlCharacterIn, hasHalfCharacter } from '../text/unicode.ts';
import { describeIssues, strictMapping } from '../yaml/checked-file.ts';
import type { NodePath, Position } from '../yaml/node-position.ts';
import { MOST_HELD, oneLine, type Cursor, type HeldTeam, type PartialStep } from './cursor.ts';

const text = v.string('expected text');
const event = v.pipe(text, v.regex(/^evt_\w{1,64}$/, 'expected an event id: evt_ and hex digits'));
/** Text for people. Runs never write longer ones. */
const words = v.pipe(
  text,
  v.transform((value) => shorten(value, 1000)),
);
const commit = v.pipe(
  text,
  v.regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/, 'expected a full commit id: 40 or 64 hex digits'),
);
const index = v.pipe(
  v.number('expected an index, such as 0'),
  v.integer('expected an index, such as 0'),
  v.minValue(0, 'expected an index, such as 0'),
);
const time = v.pipe(
  text,
  v.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/, 'expected a time such as 2026-01-05T09:00:00Z'),
  v.check((value) => !Number.isNaN(Date.parse(value)), 'this is no time'),
);

const types = v.pipe(
  v.array(
    v.picklist(EVENT_TYPES, `expected one of ${EVENT_TYPES.join(', ')}`),
    'expected a list of event types',
  ),
  v.maxLength(EVENT_TYPES.length, 'expected each type once'),
);
const mark = v.exactOptional(v.literal(true, 'expected true, or nothing'));
/** A place in a step. */
const place = {
  from: v.pipe(
    commit,
    v.transform((id) => (id === EMPTY_TREE ? null : id)),
  ),
  to: commit,
  root: mark,
  sequence: v.pipe(text, v.regex(SEQUENCE, 'expected a sequence such as 000000001234.000003')),
  replay: mark,
};
const isOfRoot = ({ from, root }: Pick<PartialStep, 'from' | 'root'>): boolean => !root || from === null;
const NOT_OF_ROOT = 'the step of the first commit comes from the empty tree';

const heldTeams = v.pipe(
  v.array(
    v.pipe(
      strictMapping({
        team: v.pipe(
          v.string('expected the id of a team'),
          v.check(
            (id) => id !== '' && !hasHalfCharacter(id) && controlCharacterIn(id) === undefined,
            'expected the id of a team',
          ),
        ),
        ...place,
        sent: v.exactOptional(types),
      }),
      v.check((step) => isOfRoot(step), NOT_OF_ROOT),
    ),
    'expected a list of held teams',
  ),
  v.maxLength(MOST_HELD, `expected at most ${MOST_HELD} held teams`),
  v.check(
    (held) => new Set(held.map(({ team }) => team)).size === held.length,
    'expected each held team once',
  ),
);

export const cursorSchema = strictMapping({
  commit,
  step: v.exactOptional(
    v.pipe(
      strictMapping({
        ...place,
        sent: types,
        unsent: v.exactOptional(
          v.array(
            v.tuple([index, index], 'expected the first and the last of a row of events'),
            'expected a list',
          ),
        ),
      }),
      v.check((step) => isOfRoot(step), NOT_OF_ROOT),
    ),
  ),
  held: v.exactOptional(heldTeams),
  lastEvent: v.exactOptional(event),
  blocked: v.exactOptional(strictMapping({ event, status: words, since: time })),
  claim: v.exactOptional(strictMapping({ run: words, until: time })),
  run: v.exactOptional(words),
});

/** A cursor as it is written: the empty catalogue is written as the id of git's empty tree. */
export type StoredForm = Omit<Cursor, 'step' | 'held'> & {
  readonly step?: PartialStep & { readonly from: string };
  readonly held?: readonly (HeldTeam & { readonly from: string })[];
};

/**
 * The form that the schema reads back as the same cursor; each text is made one line. @throws if it is no valid cursor
 */
export function storedForm({ step, held, blocked, claim, run, ...rest }: Cursor): StoredForm {
  const form = {
    ...rest,
    ...(step && { step: stored(step) }),
    ...(held && { held: held.map(stored) }),
    ...(blocked && { blocked: { ...blocked, status: oneLine(blocked.status) } }),
    ...(claim && { claim: { ...claim, run: oneLine(claim.run) } }),
    ...(run && { run: oneLine(run) }),
  };
  const result = v.safeParse(cursorSchema, form);
  if (result.success) return form;
  throw new Error(`this is not a cursor: ${problemsOf(result.issues)}`); // a bug: nothing corrupt is ever written
}

const stored = <Step extends Pick<PartialStep, 'from'>>(step: Step): Step & { readonly from: string } => ({
  ...step,
  from: step.from ?? EMPTY_TREE,
});

/** The first few problems of the value at `path`, in one line; with their positions where `locate` is given. */
export const problemsOf = (
  issues: readonly v.BaseIssue<unknown>[],
  locate?: (path: NodePath) => Position,
  path: NodePath = [],
): string => {
  const told = describeIssues(issues.slice(0, 5), locate ?? (() => ({ line: 1, column: 1 })), path).map(
    ({ line, column, message }) =>
      shorten(locate === undefined ? message : `line ${line}, column ${column}: ${message}`, 200),
  );
  return [...told, ...(issues.length > 5 ? [`and ${issues.length - 5} more`] : [])].join('; ');
};
