/** Random histories: a few paths, written again and again with valid, broken and contradicting content. */
import * as fc from 'fast-check';
import type { SampleCommit, SampleFile } from './sample-history.ts';

const TEAM_FILES: readonly SampleFile[] = [
  'id: a\nmembers: [alice, Bob]',
  'id: a\nname: A\ncontact: c',
  'id: b\npreviously: a\nmembers: [bob]',
  'members: [carol]',
  '- id: a\n- id: c\n  members: [alice]',
  'teams: []',
  'teams: {a: {members: [dave]}, d: {}}',
  'id: a\nid: a',
  '- id: e\n- id: e',
  'members: 3',
  '',
  Buffer.from([0x69, 0xff]),
  { link: 'somewhere' },
  'id: a\nmembers: [bob, {login: alice, since: 0x10, level: ~}]\nowners: [alice, {id: Bob, since: 3}, Bob]',
  'teams: [{id: a, teams: {f: {members: [alice]}, c: }}, {nom: b, members: []}]\nequipes: {e: {scope: 1.10}}',
  'base: &base {x: 1, y: [2020-01-01, ~]}\nid: f\n<<: *base\nz: *base\nx: true',
  'id: c\ntags: [b, a, b, 3, {n: ~}]\nscope: {region: 0123, none: ~}\nperimetre: p\nnom: C\nname: ""',
  '\uFEFFid: a\r\nmembers:\r\n  - alice\r\nlabels: {all: {x: y}}\r\n',
  'id: e\u0301\nmembers: [zoe\u0301, zo\u00e9, {id: alice, e\u0301: 1}]',
  '\u00e9: 1\ne\u0301: 2',
  'id: a\nloop: &loop [*loop]',
  'id: h\npreviously: [b, a, é]\nmembers: [bob]',
  'id: a\n---\n---\nmembers: [Bob]\n',
  '{"id": "d", "members": [{"email": "d@example.com", "id": null}], "previously": "h"}',
  'teams:',
];

const CONFIGURATIONS: readonly SampleFile[] = [
  '{}',
  'catalogue: {memberCase: insensitive}',
  'catalogue: {files: ["teams/*.yml"]}',
  'catalogue: {files: ["**/*.yml", "!team-events.yml", "!teams/b.yml"]}',
  'catalogue: {required: [members]}',
  'catalogue: {id: "{file}"}',
  'catalogue: {id: "{dir}/{id}"}',
  'catalogue: {id: "{id}@{dir}!", previously: [previously, contact]}',
  'catalogue: {layout: map}',
  'catalogue: {layout: list, at: [teams, base.y]}',
  'catalogue: {layout: team, children: [teams, equipes]}',
  'catalogue: {members: [owners, members, labels.all], tags: [labels.all, tags]}',
  'catalogue: {id: "{path[1]}{nom}", ignore: [contact, perimetre]}',
  'catalogue: {id: "{dir}-{id}", required: id, member: [email, login]}',
  'catalogue: 3',
  'version: 2',
  '',
  { link: 'somewhere' },
];

const PATHS = ['teams/a.yml', 'teams/b.yml', 'equipes/c.yml', 'teams.yml', 'other/d.yml'];

/** Whatever stands at `from` goes to `path`, as it is or as `file`. */
interface Edit {
  readonly path: string;
  readonly file: SampleFile | undefined;
  readonly from?: string;
}

const absent = { weight: 1, arbitrary: fc.constant(undefined) };
const path = fc.constantFrom(...PATHS);
const teamFile = fc.oneof(absent, { weight: 4, arbitrary: fc.constantFrom<SampleFile[]>(...TEAM_FILES) });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ path, file: teamFile }) },
  { weight: 1, arbitrary: fc.record({ path, file: teamFile, from: path }) },
  {
    weight: 2,
    arbitrary: fc.record({
      path: fc.constant('team-events.yml'),
      file: fc.oneof(absent, {
        weight: 4,
        arbitrary: fc.constantFrom<SampleFile[]>(...CONFIGURATIONS),
      }),
    }),
  },
);

/** Commits on one line, or (`branching`) each from any of the commits before it. */
export const arbitraryCommits = (branching = false): fc.Arbitrary<SampleCommit[]> =>
  fc
    .array(fc.tuple(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat()), {
      minLength: 1,
      maxLength: 10,
    })
    .map((all) => {
      const commits: SampleCommit[] = [];
      for (const [index, [edits, random]] of all.entries()) {
        const parent = index === 0 ? null : branching ? random % index : index - 1;
        const tree = new Map(Object.entries(parent === null ? {} : (commits[parent]?.tree ?? {})));
        for (const { path: at, file, from } of edits) {
          const moved = from === undefined ? undefined : tree.get(from);
          if (from !== undefined) tree.delete(from);
          const content = file ?? moved;
          if (content === undefined) tree.delete(at);
          else tree.set(at, content);
        }
        commits.push({ tree: Object.fromEntries(tree), parent });
      }
      return commits;
    });
