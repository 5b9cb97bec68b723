/** All teams at one revision, kept current file by file. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Catalogue,
  type CatalogueFile,
  type TouchedTeams,
} from '../../../../src/core/catalogue/catalogue.ts';
import { teamOf } from '../../../../src/core/catalogue/team.ts';
import { readText } from '../../../support/sample-teams.ts';

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

const mapValues = <From, To>(
  record: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Record<string, To> => Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));

/** Where each team counts, and where it is hidden. */
const stateOf = (catalogue: Catalogue) => ({
  counts: Object.fromEntries([...catalogue.teams()].map(({ id, file: at }) => [id, at])),
  hidden: [...catalogue.hidden()]
    .map(({ entry, counts }) => `${entry.id} ${entry.file} ${counts.file}`)
    .sort(),
  files: [...catalogue.files.keys()].sort(),
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

describe('what a catalogue holds', () => {
  const team = (path: string, length: number) => file(path, `name: ${'x'.repeat(length)}`);
  const full = (): Catalogue => {
    const catalogue = new Catalogue(3 * 1024 * 1024);
    const { files, hold } = catalogue.openChange();
    for (const name of ['a', 'b', 'c']) hold(`${name}.yml`, team(`${name}.yml`, 1_000_000));
    catalogue.replace(files);
    return catalogue;
  };

  it('is bounded in all; what is too much names where most of it stands', () => {
    const { hold } = full().openChange();
    hold('b.yml', team('b.yml', 900_000));
    expect(() => hold('d.yml', team('d.yml', 500_000))).toThrow(
      'the teams of this catalogue come to more than 3 million characters, the most of them from a.yml, c.yml, b.yml',
    );
  });

  it('is counted as it is, however often files come and go', () => {
    const catalogue = full();
    for (let round = 0; round < 20; round++) {
      const { files, hold } = catalogue.openChange();
      hold('a.yml', undefined);
      hold(`new${round - 1}.yml`, undefined);
      hold('b.yml', team('b.yml', 500_000));
      hold('b.yml', team('b.yml', 1_000_000));
      hold(`new${round}.yml`, team(`new${round}.yml`, 1_000_000));
      catalogue.replace(files);
    }
    expect(catalogue.size).toBe(3);
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
    const hidden = [...catalogue.hidden()].map(({ entry, counts }) => [entry.file, counts.file]);
    expect(hidden.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))).toEqual([
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

  it('is, after any changes, what it would be if the files had come at once', () => {
    const path = fc.constantFrom('a.yml', 'b.yml', 'c.yml', 'd.yml', 'e.yml');
    const ids = fc.subarray(['x', 'y', 'z']);
    const change = fc.dictionary(path, fc.option(ids, { nil: undefined }), { maxKeys: 3 });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const texts = changes.map((one) =>
          mapValues(one, (all) => all && JSON.stringify(all.map((id) => ({ id })))),
        );
        const { catalogue, replace } = catalogueOf({});
        let before = stateOf(catalogue);
        for (const one of texts) {
          const touched = places(replace(one));
          const after = stateOf(catalogue);
          expect({ ...before.counts, ...touched.before }).toEqual(before.counts);
          expect({ ...after.counts, ...touched.after }).toEqual(after.counts);
          before = after;
        }
        const left = Object.entries(Object.assign({}, ...texts) as Record<string, string | undefined>);
        const files = left.flatMap(([at, text]) => (text === undefined ? [] : [[at, text] as const]));
        expect(before).toEqual(stateOf(catalogueOf(Object.fromEntries(files)).catalogue));
      }),
    );
  });

  it('costs no more where it stands in very many', () => {
    const { entries } = readText('id: a');
    const many = (isThere: boolean) =>
      Array.from({ length: 20_000 }, (_, index) => {
        const name = `teams/${index}.yml`;
        const content = { entries: entries.map((one) => ({ ...one, file: name })), problems: [] };
        return [name, isThere ? { ...content, blob: '', commit: '' } : undefined] as const;
      });
    const catalogue = new Catalogue();
    catalogue.replace(many(true));
    expect([...catalogue.hidden()]).toHaveLength(19_999);
    catalogue.replace(many(false));
    expect([catalogue.size, catalogue.files.size, [...catalogue.hidden()].length]).toEqual([0, 0, 0]);
  });

  it('does not change by what happens to the hidden ones', () => {
    const { replace } = catalogueOf(both);
    const { before, after } = replace({ 'teams/b.yml': '{id: a, name: other}' });
    expect(after.get('a')).toBe(before.get('a'));
  });
});
