/** What the command line asks for: a range, what is pending, or neither. */
import { lookAlike } from '../core/text/look-alike.ts';
import { UsageError } from '../errors.ts';

/** The range as the user wrote it. */
export interface RangeWords {
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** `A..B` */
  readonly range: string | undefined;
  readonly cursor: string | undefined;
  /** Whether the value comes from the command line rather than the environment. */
  readonly isFlag: (name: 'from' | 'to' | 'cursor') => boolean;
}

/** What a run is asked for: an explicit range, what is pending by the cursors of a store, or neither. */
export type Asked =
  | { readonly kind: 'range'; readonly from: string; readonly to: string }
  | { readonly kind: 'pending'; readonly store: string; readonly to: string }
  | { readonly kind: 'nothing'; readonly to: string | undefined };

/** Command names, to suggest one for an argument that is no range. */
export const COMMANDS = [
  'notify',
  'status',
  'replay',
  'cursor',
  'listen',
  'send',
  'check',
  'explain',
  'report',
  'schema',
  'init',
  'doctor',
  'completion',
] as const;

/** Decides what is asked for; flags win over the environment. @throws {UsageError} if they contradict each other */
export function whatIsAsked({ from, to, range, cursor, isFlag }: RangeWords): Asked {
  if (range !== undefined) {
    const words = parseRange(range, isFlag('from') || isFlag('to'));
    refuseBoth(isFlag('cursor'));
    return { kind: 'range', ...words };
  }
  if (cursor !== undefined && from !== undefined) refuseBoth(isFlag('cursor') === isFlag('from'));
  const fromCounts = from !== undefined && (cursor === undefined || isFlag('from'));
  if (fromCounts) return { kind: 'range', from, to: to ?? 'HEAD' };
  if (cursor !== undefined) return { kind: 'pending', store: cursor, to: to ?? 'HEAD' };
  return { kind: 'nothing', to };
}

/** Splits `A..B`; `twice`: flags give another range. @throws {UsageError} */
export function parseRange(range: string, twice: boolean): { readonly from: string; readonly to: string } {
  const [, from, to] = /^(.+?)\.\.(?!\.)(.*)$/.exec(range) ?? [];
  if (from === undefined || from.endsWith('.')) {
    const command = lookAlike(range, COMMANDS);
    throw new UsageError(
      `${JSON.stringify(range)} is neither a range of revisions nor a command`,
      command === undefined
        ? 'Expected FROM..TO, such as v1..main; for the commands see team-events --help.'
        : `Is it team-events ${command}? A range is FROM..TO, such as v1..main.`,
    );
  }
  if (twice) throw new UsageError('the range is given twice', 'Give either A..B or --from and --to.');
  return { from, to: to || 'HEAD' };
}

function refuseBoth(both: boolean): void {
  if (!both) return;
  throw new UsageError(
    'an explicit range and --cursor are both given',
    'A range sends exactly its own events and moves no cursor; --cursor sends what is pending. Choose one.',
  );
}
