/** What the words of the command line and the environment ask for: flags win, and two of a kind are refused. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/errors.ts';
import { whatIsAsked } from '../../../src/run/requested-range.ts';
import { type RangeWords } from '../../../src/run/requested-range.ts';

/** `--from v1 --cursor=tag:x`: words with `--` are flags, those with `$` stand in the environment. */
function asked(words: string): ReturnType<typeof whatIsAsked> | 'refused' {
  const found = new Map<string, string>();
  const flags = new Set<string>();
  for (const [, sign, name = '', value = ''] of words.matchAll(/(--|\$)?(\w+)=(\S+)/g)) {
    found.set(name, value);
    if (sign === '--') flags.add(name);
  }
  const get = (name: string): string | undefined => found.get(name);
  const isFlag: RangeWords['isFlag'] = (name) => flags.has(name);
  try {
    const given = { from: get('from'), to: get('to'), range: get('range'), cursor: get('cursor'), isFlag };
    return whatIsAsked(given);
  } catch (error) {
    if (error instanceof UsageError) return 'refused';
    throw error;
  }
}

const RANGE = { kind: 'range', from: 'v1', to: 'HEAD' };
const PENDING = { kind: 'pending', store: 'tag:x', to: 'HEAD' };

describe('a run is asked for', () => {
  it.each([
    ['', { kind: 'nothing', to: undefined }],
    ['--to=v2', { kind: 'nothing', to: 'v2' }],
    ['$to=v2', { kind: 'nothing', to: 'v2' }],
    ['--from=v1', RANGE],
    ['$from=v1', RANGE],
    ['--from=v1 --to=v2', { ...RANGE, to: 'v2' }],
    ['range=v1..v2', { ...RANGE, to: 'v2' }],
    ['range=v1..', RANGE],
    ['--cursor=tag:x', PENDING],
    ['$cursor=tag:x', PENDING],
    ['--cursor=tag:x $to=v2', { ...PENDING, to: 'v2' }],
  ])('what is named once, or nothing: %s', (words, expected) => {
    expect(asked(words)).toEqual(expected);
  });

  it.each([
    ['--from=v1 $cursor=tag:x', RANGE],
    ['range=v1..HEAD $cursor=tag:x', RANGE],
    ['range=v1..HEAD $from=v0 $to=v3', RANGE],
    ['$from=v1 --cursor=tag:x', PENDING],
  ])('what stands on the command line, where the environment names another: %s', (words, expected) => {
    expect(asked(words)).toEqual(expected);
  });

  it.each([
    '--from=v1 --cursor=tag:x',
    '$from=v1 $cursor=tag:x',
    'range=v1..v2 --cursor=tag:x',
    'range=v1..v2 --from=v1',
    'range=v1..v2 --to=v2',
  ])('nothing, and told so, where both stand in one place: %s', (words) => {
    expect(asked(words)).toBe('refused');
  });
});
