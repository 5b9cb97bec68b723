/** What was there before a merge request, as a law: each problem counts as known as often as it was there. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../../src/commands/check/rules/finding.ts';
import { heldChanges, markKnown } from '../../../../../src/commands/check/rules/known-findings.ts';

const finding: fc.Arbitrary<Finding> = fc.record({
  check: fc.constantFrom('team-file' as const, 'look-alike-key' as const),
  path: fc.constantFrom('a.yml', 'b.yml'),
  line: fc.integer({ min: 1, max: 9 }),
  column: fc.integer({ min: 1, max: 9 }),
  message: fc.constantFrom('no id', 'the client a is already on line 2', 'the client a is already on line 7'),
});

const identityOf = ({ check, path, message }: Finding): string =>
  [check, path, message.replace(/\d/, '')].join();
const countOf = (all: readonly Finding[], one: Finding): number =>
  all.filter((other) => identityOf(other) === identityOf(one)).length;

describe('markKnown', () => {
  it('marks as many of a kind as there were, wherever in the file, and leaves all else as it is', () => {
    fc.assert(
      fc.property(fc.array(finding), fc.array(finding), (findings, before) => {
        const marked = markKnown(findings, before);
        expect(marked.map(({ before: _before, ...rest }) => rest)).toEqual(findings);
        for (const one of findings) {
          const known = marked.filter((other) => other.before && identityOf(other) === identityOf(one));
          expect(known).toHaveLength(Math.min(countOf(findings, one), countOf(before, one)));
        }
      }),
    );
  });
});

describe('heldChanges', () => {
  it('warns once of each file that was broken, and which the merge request changes', () => {
    const at = (path: string, more: Partial<Finding> = {}): Finding => ({
      check: 'team-file',
      path,
      line: 1,
      column: 1,
      message: 'm',
      before: true,
      ...more,
    });
    const findings = [
      at('a.yml', { line: 3 }),
      at('a.yml', { line: 4 }),
      at('b.yml'),
      at('c.yml', { check: 'look-alike-key' }),
    ];
    expect(heldChanges(findings, new Set(['a.yml', 'c.yml', 'd.yml']))).toMatchObject([
      { check: 'held-change', path: 'a.yml', line: 3 },
    ]);
  });
});
