/** Which keys serve as what in the catalogue's files: so that people see what was understood, and what was not. */
import type { Configuration } from '../catalogue/configuration.ts';
import { ExpansionError, isAbsent, isScalar } from '../catalogue/json-value.ts';
import { valueUnder, without } from '../catalogue/key-path.ts';
import { findTeams, holdsNoTeam, type RawTeam } from '../catalogue/layout.ts';
import { lookAlike } from '../yaml/look-alike.ts';
import type { NodePath, Position, YamlText } from '../yaml/yaml-text.ts';
import { isMapping } from '../yaml/yaml-text.ts';

/** What a key is for; `attribute`: it has no meaning of its own, events carry it as it stands. */
export const KEY_ROLES = [
  'layout',
  'id',
  'name',
  'members',
  'member',
  'tags',
  'perimeter',
  'previously',
  'ignored',
  'attribute',
] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

export interface KeyUse {
  readonly role: KeyRole;
  /** As it stands in the files; what has no key of its own is in brackets. */
  readonly key: string;
  /** In how many teams; of `member`, for how many members. */
  readonly count: number;
}

/** An attribute whose key is almost one that means something. */
export interface LookAlike extends Position {
  readonly path: string;
  readonly key: string;
  readonly known: string;
}

/** What one file may cost: aliases can make much of little. */
const MAX_KEYS = 1_000_000;
/** Of one key so many are told with their place. */
const MAX_TOLD = 10;
const SHAPES = { team: '(one team per document)', list: '(list)', map: '(map)' } as const;
const ID_BY_SHAPE = { team: '(base name of the file)', list: '(name)', map: '(key of the map)' } as const;

/** A class because the state is real: files are added as their contents arrive. */
export class KeySurvey {
  readonly lookAlikes: LookAlike[] = [];
  /** Documents in which nothing is a team, as they have none of the keys where teams are. */
  readonly withoutTeams: (Position & { readonly path: string })[] = [];
  readonly #configuration: Configuration;
  readonly #counts = new Map<KeyRole, Map<string, number>>();
  readonly #known: readonly string[];
  /** By key what it looks like, as the same keys come again and again. */
  readonly #likeness = new Map<string, string | undefined>();

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
    const { name, members, tags, perimeter, previously, required } = configuration;
    this.#known = [
      ...new Set(['id', ...name, ...members, ...tags, ...perimeter, ...previously, ...required]),
    ];
  }

  /** By role, then the most frequent first. */
  get uses(): KeyUse[] {
    return KEY_ROLES.flatMap((role) =>
      [...(this.#counts.get(role) ?? [])]
        .map(([key, count]) => ({ role, key, count }))
        .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)),
    );
  }

  /** The content of a file that parses; `valid`: its teams have no problem, and so its members are bounded. */
  add(path: string, yaml: YamlText & { readonly ok: true }, valid: boolean): void {
    let left = MAX_KEYS;
    const teams = (): RawTeam[] =>
      yaml.documents.flatMap((document, index) =>
        document === null ? [] : findTeams(document, [index], this.#configuration, () => undefined),
      );
    for (const [index, document] of yaml.documents.entries()) {
      if (valid && holdsNoTeam(document, this.#configuration))
        this.withoutTeams.push({ path, ...yaml.locate([index]) });
    }
    try {
      for (const team of teams()) {
        left -= Object.keys(team.fields).length;
        if (left < 0) return;
        this.#addTeam(team, valid, (key, known) => {
          this.#tell(path, key, known, () => yaml.locate([...team.node, key] as NodePath));
        });
      }
    } catch (error) {
      if (!(error instanceof ExpansionError)) throw error; // told as a problem of the file
    }
  }

  #addTeam({ fields, shape }: RawTeam, valid: boolean, tell: (key: string, known: string) => void): void {
    const { id, members, previously, ignore, recognised, nested } = this.#configuration;
    this.#count('layout', SHAPES[shape]);
    if (id !== '{id}') this.#count('id', id);
    else this.#count('id', isScalar(fields['id']) && fields['id'] !== '' ? 'id' : ID_BY_SHAPE[shape]);
    const has = (key: string): boolean => !isAbsent(valueUnder(fields, key));
    const used = new Set(previously.filter(has));
    for (const key of used) this.#count('previously', key);
    const spare: string[] = [];
    for (const role of ['name', 'tags', 'perimeter'] as const) {
      const present = this.#configuration[role].filter(has);
      const [key, ...others] =
        role === 'name' ? present.filter((one) => valueUnder(fields, one) !== '') : present;
      if (key === undefined) continue;
      this.#count(role, key);
      used.add(key);
      spare.push(...others);
    }
    const lists = members.filter(has);
    if (lists.length === 0) this.#count('members', '(none)');
    for (const key of lists) {
      this.#count('members', key);
      if (valid) this.#addMembers(valueUnder(fields, key));
    }
    const ignored = ignore.filter(has);
    for (const key of ignored) this.#count('ignored', key);
    const kept = new Set(spare.filter((key) => !used.has(key) && !ignore.includes(key)));
    const own = nested.filter((key) => !kept.has(key)).reduce(without, fields);
    for (const key of Object.keys(own)) {
      if (isAbsent(own[key]) || (recognised.has(key) && !kept.has(key))) continue;
      this.#count('attribute', key);
      const known = this.#lookAlike(key);
      if (known !== undefined) tell(key, known);
    }
  }

  #addMembers(list: unknown): void {
    for (const item of Array.isArray(list) ? (list as unknown[]) : []) {
      const key = isMapping(item)
        ? this.#configuration.member.find((one) => isScalar(valueUnder(item, one)))
        : '(text)';
      if (key !== undefined) this.#count('member', key);
    }
  }

  #lookAlike(key: string): string | undefined {
    if (!this.#likeness.has(key)) this.#likeness.set(key, lookAlike(key, this.#known));
    return this.#likeness.get(key);
  }

  #count(role: KeyRole, key: string): void {
    const counts = this.#counts.get(role) ?? new Map<string, number>();
    this.#counts.set(role, counts.set(key, (counts.get(key) ?? 0) + 1));
  }

  #tell(path: string, key: string, known: string, locate: () => Position): void {
    if (this.lookAlikes.filter((one) => one.key === key).length >= MAX_TOLD) return;
    this.lookAlikes.push({ path, key, known, ...locate() });
  }
}
