/**
 * Random histories of a few teams whose files are moved, renamed, broken and mended again and again, under names that are
 * not UTF-8, that are alike in other encodings, or that look like escapes. Paths are bytes, written as Latin-1.
 */
import * as fc from 'fast-check';
import type { SampleCommit, SampleTree } from './sample-history.ts';

const PATHS = [
  'teams/a.yml',
  'teams/\xe9quipe.yml',
  'teams/\xc3\xa9quipe.yml', // é as UTF-8, in one
  'teams/e\xcc\x81quipe.yml', // and in two
  'teams/\\351quipe.yml',
  'teams/\xff/\x83\x5c.yml', // Shift-JIS, of which one byte is a backslash
  'teams/"a" \xf0\x9f\x9a\x80.yaml',
  '\xe9quipes/a.yml',
  'teams.yml',
];

/** Files of one team are the most, each with an id of its own, so that it is missed where its file goes. */
const teamText = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...'abcdefgh'), fc.constantFrom('members: [x]', 'members: [x, y]\ntags: [t]'))
      .map(([id, more]) => `id: ${id}\n${more}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'id: i\npreviously: a\nmembers: [x, y]',
      'members: [z]',
      '- id: a\n- {id: b, members: [y]}\n- id: c',
      '[{id: c, previously: [b, a]}]',
      'teams: []',
    ),
  },
);

const CONFIGURATIONS = [
  '{}',
  'catalogue: {files: ["**/*.{yml,yaml}", "!team-events.yml"]}',
  'catalogue: {id: "{file}"}',
  'catalogue: {id: "{path}"}',
  'catalogue: {id: "{dir}-{file}", files: "teams/**"}',
  'version: 3',
];

/** What no edit touches, so that each revision has a team. */
const ALWAYS: SampleTree = { 'teams/z.yml': 'id: z' };

/** Whatever it was, it can no longer be read. */
const withTypo = (text: string): string => `${text}\nmembers: [`;

type Tree = Map<string, string>;
type Edit = (tree: Tree) => void;

const path = fc.constantFrom(...PATHS);
const write = fc.tuple(path, teamText).map(
  ([at, text]): Edit =>
    (tree) =>
      tree.set(at, text),
);
const remove = path.map(
  (at): Edit =>
    (tree) =>
      tree.delete(at),
);
const spoil = path.map((at): Edit => (tree) => {
  const text = tree.get(at);
  if (text !== undefined) tree.set(at, withTypo(text));
});
const move = fc
  .tuple(path, path, fc.constantFrom('as it is', 'with a typo', 'with a change'))
  .map(([from, to, how]): Edit => (tree) => {
    const text = tree.get(from);
    if (text === undefined || from === to) return;
    tree.delete(from);
    tree.set(to, how === 'as it is' ? text : how === 'with a typo' ? withTypo(text) : 'id: a\nname: A');
  });
const configure = fc.option(fc.constantFrom(...CONFIGURATIONS)).map((text): Edit => (tree) => {
  if (text === null) tree.delete('team-events.yml');
  else tree.set('team-events.yml', text);
});

const edit = fc.oneof(
  { weight: 6, arbitrary: write },
  { weight: 4, arbitrary: move },
  { weight: 4, arbitrary: spoil },
  { weight: 1, arbitrary: remove },
  { weight: 1, arbitrary: configure },
);

/** So many commits on one line, or (`branching`) each from any of the commits before it. */
export const arbitraryMoves = (
  minLength: number,
  maxLength: number,
  branching = false,
): fc.Arbitrary<SampleCommit[]> =>
  fc
    .array(fc.tuple(fc.array(edit, { minLength: 1, maxLength: 3 }), fc.nat()), { minLength, maxLength })
    .map((all) => {
      const commits: SampleCommit[] = [];
      for (const [index, [edits, random]] of all.entries()) {
        const parent = index === 0 ? null : branching ? random % index : index - 1;
        const tree = new Map(Object.entries(parent === null ? ALWAYS : (commits[parent]?.tree ?? {})));
        for (const change of edits) change(tree as Tree);
        commits.push({ tree: Object.fromEntries(tree), parent });
      }
      return commits;
    });
