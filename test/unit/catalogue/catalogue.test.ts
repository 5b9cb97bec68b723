/** All teams at one revision, kept current file by file. */
import { describe, expect, it } from 'vitest';
import { Catalogue, type CatalogueFile, type TouchedTeams } from '../../../src/catalogue/catalogue.ts';
import { teamOf } from '../../../src/catalogue/team.ts';
import { readText } from '../../support/sample-teams.ts';

const file = (path: string, text: string): CatalogueFile => ({
  ...readText(text, '{}', path),
  blob: text,
  commit: 'c',
});

/** A catalogue of these files, and a way to change one. */
function catalogueOf(files: Readonly<Record<string, string>>) {
  const catalogue = new Catalogue();
  const replace = (changes: Readonly<Record<string, string | undefined>>): TouchedTeams =>
    catalogue.replace(
      Object.entries(changes).map(
        ([path, text]) => [path, text === undefined ? undefined : file(path, text)] as const,
      ),
    );
  replace(files);
  return { catalogue, replace };
}

const places = ({ before, after }: TouchedTeams) => ({
  before: Object.fromEntries([...before].map(([id, entry]) => [id, entry.file])),
  after: Object.fromEntries([...after].map(([id, entry]) => [id, entry.file])),
});

describe('a catalogue', () => {
  it('tells what a change did to the teams of the changed files, and of no others', () => {
    const { replace } = catalogueOf({ 'teams/a.yml': 'id: a', 'teams/b.yml': 'id: b' });
    expect(places(replace({ 'teams/a.yml': '[{id: a}, {id: c}]' }))).toEqual({
      before: { a: 'teams/a.yml' },
      after: { a: 'teams/a.yml', c: 'teams/a.yml' },
    });
  });

  it('forgets the teams of a file that is gone', () => {
    const { catalogue, replace } = catalogueOf({ 'teams/a.yml': 'id: a' });
    expect(places(replace({ 'teams/a.yml': undefined }))).toEqual({
      before: { a: 'teams/a.yml' },
      after: {},
    });
    expect(catalogue.size).toBe(0);
    expect([...catalogue.files.keys()]).toEqual([]);
  });

  it('keeps a team that moves to another file', () => {
    const { catalogue, replace } = catalogueOf({ 'teams/a.yml': 'id: a' });
    expect(places(replace({ 'teams/a.yml': undefined, 'teams/z.yml': 'id: a' }))).toEqual({
      before: { a: 'teams/a.yml' },
      after: { a: 'teams/z.yml' },
    });
    expect(catalogue.size).toBe(1);
  });
});

describe('an id that stands in two files', () => {
  const both = {
    'teams/é.yml': '{id: a, name: last}',
    'teams/b.yml': '{id: a, name: second}',
    'teams/B.yml': '{id: a, name: first}',
  };

  it('counts in the first path in code-unit order, whatever came first', () => {
    for (const order of [Object.entries(both), Object.entries(both).reverse()]) {
      const { catalogue } = catalogueOf(Object.fromEntries(order));
      expect([...catalogue.teams()].map((entry) => teamOf(entry).name)).toEqual(['first']);
      expect(catalogue.size).toBe(1);
    }
  });

  it('is hidden in the others', () => {
    const { catalogue } = catalogueOf(both);
    expect([...catalogue.hidden()].map(({ entry, counts }) => [entry.file, counts.file])).toEqual([
      ['teams/b.yml', 'teams/B.yml'],
      ['teams/é.yml', 'teams/B.yml'],
    ]);
  });

  it('goes on in the next where the first is gone', () => {
    const { catalogue, replace } = catalogueOf(both);
    expect(places(replace({ 'teams/B.yml': undefined }))).toEqual({
      before: { a: 'teams/B.yml' },
      after: { a: 'teams/b.yml' },
    });
    expect([...catalogue.hidden()]).toHaveLength(1);
  });

  it('does not change by what happens to the hidden ones', () => {
    const { replace } = catalogueOf(both);
    const { before, after } = replace({ 'teams/b.yml': '{id: a, name: other}' });
    expect(after.get('a')).toBe(before.get('a'));
  });
});
