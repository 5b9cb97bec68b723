/** Surveys how keys of the catalogue's files are used, so that people see what was understood and what was not. */
import type { Configuration } from '../../../core/catalogue/configuration/configuration.ts';
import { createBudget, ExpansionError, type Spend } from '../../../core/catalogue/reading/expansion.ts';
import { isAbsent, isScalar } from '../../../core/catalogue/reading/json-value.ts';
import { valueUnder, without } from '../../../core/catalogue/reading/key-path.ts';
import { findTeams, holdsTeams, type RawTeam } from '../../../core/catalogue/reading/layout.ts';
import { createLookAlike, type LookAlike } from '../../../core/text/look-alike.ts';
import { quoted } from '../../../core/text/unicode.ts';
import { isMapping, type NodePath, type Position, type YamlText } from '../../../core/yaml/yaml-text.ts';
import type { CheckName, Finding } from './finding.ts';
import { likeMembers } from './like-members.ts';

/** The meaning of a key; `attribute`: it has none, and events carry it unchanged. */
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
  'excluded',
  'attribute',
] as const;
export type KeyRole = (typeof KEY_ROLES)[number];

export interface KeyUse {
  readonly role: KeyRole;
  /** As written in the files; in brackets if there is no key. */
  readonly key: string;
  /** In how many teams; for `member`, in how many members. */
  readonly count: number;
}

/** Findings about one key reported one by one. */
const MAX_TOLD_OF_KEY = 10;
/** Findings of one kind reported one by one, over all files. */
const MAX_TOLD = 200;
/** Charged for each key of a team, in characters. */
const KEY_COST = 8;
const SHAPES = { team: '(one team per document)', list: '(list)', map: '(map)' } as const;
const ID_BY_SHAPE = { team: '(base name of the file)', list: '(name)', map: '(key of the map)' } as const;

/** A class, because the state is real: files are added as their contents arrive. */
export class KeySurvey {
  readonly #configuration: Configuration;
  readonly #counts = new Map<KeyRole, Map<string, number>>();
  readonly #lookAlike: LookAlike;
  readonly #lookAlikePlace: LookAlike;
  readonly #findings: Finding[] = [];
  /** How often each key was reported. */
  readonly #told = new Map<string, number>();
  readonly #findingsOf = new Map<CheckName, number>();
  /** By kind: the path of the first finding that was only counted. */
  readonly #untoldIn = new Map<CheckName, string>();

  constructor(configuration: Configuration) {
    this.#configuration = configuration;
    const { name, members, tags, perimeter, previously, required } = configuration;
    this.#lookAlike = remembered(
      createLookAlike([
        ...new Set(['id', ...name, ...members, ...tags, ...perimeter, ...previously, ...required]),
      ]),
    );
    this.#lookAlikePlace = remembered(createLookAlike(configuration.at));
  }

  /** Keys that look like typos. */
  get findings(): Finding[] {
    const more = [...this.#untoldIn].map(([check, path]): Finding => {
      const count = (this.#findingsOf.get(check) ?? 0) - MAX_TOLD;
      return { check, path, line: 1, column: 1, message: `${count} more such findings from here on` };
    });
    return [...this.#findings, ...more];
  }

  /** Sorted by role, then by frequency, the most frequent first. */
  get uses(): KeyUse[] {
    return KEY_ROLES.flatMap((role) =>
      [...(this.#counts.get(role) ?? [])]
        .map(([key, count]) => ({ role, key, count }))
        .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)),
    );
  }

  /** Adds a finding; if there are many of one kind, further ones are only counted. */
  tell(check: CheckName, path: string, locate: () => Position, message: string): void {
    const told = (this.#findingsOf.get(check) ?? 0) + 1;
    this.#findingsOf.set(check, told);
    if (told <= MAX_TOLD) this.#findings.push({ check, path, ...locate(), message });
    else if (told === MAX_TOLD + 1) this.#untoldIn.set(check, path);
  }

  /** Adds a file that parses; `valid`: its teams have no problems. */
  add(path: string, yaml: YamlText, bytes: number, valid: boolean): void {
    const spend = createBudget(bytes);
    const tell = (check: CheckName, node: NodePath, message: string): void =>
      this.tell(check, path, () => yaml.locate(node), message);
    let left = 0;
    const context = {
      path,
      configuration: this.#configuration,
      spend,
      report: () => undefined, // reported as a problem of the file
      excluded: (name: string) => this.#count('excluded', name),
      warn: (node: NodePath, message: string) => {
        if (left++ === 0) tell('no-team', node, message);
      },
    };
    try {
      for (const [index, document] of yaml.documents.entries()) {
        if (document === null) continue;
        for (const team of findTeams(document, [index], context)) {
          spend(KEY_COST * Object.keys(team.fields).length);
          this.#addTeam(team, valid, spend, tell);
        }
      }
    } catch (error) {
      if (!(error instanceof ExpansionError)) throw error; // reported as a problem of the file
    }
  }

  #addTeam(
    team: RawTeam,
    valid: boolean,
    spend: Spend,
    tell: (check: CheckName, node: NodePath, message: string) => void,
  ): void {
    const { fields, shape, node } = team;
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
      if (valid) this.#addMembers(valueUnder(fields, key), spend);
    }
    if (valid)
      for (const { where, message } of likeMembers(team, this.#configuration)) {
        tell('look-alike-member', where, message);
      }
    const ignored = ignore.filter(has);
    for (const key of ignored) this.#count('ignored', key);
    const kept = new Set(spare.filter((key) => !used.has(key) && !ignore.includes(key)));
    const own = without(
      fields,
      nested.filter((key) => !kept.has(key)),
    );
    for (const [key, value] of Object.entries(own)) {
      if (isAbsent(value) || (recognised.has(key) && !kept.has(key))) continue;
      this.#count('attribute', key);
      const known = this.#lookAlike(key) ?? (holdsTeams(value) ? this.#lookAlikePlace(key) : undefined);
      if (known === undefined || this.#isToldOften(key)) continue;
      const message = `the key ${quoted(key)} became an attribute of the team; is it ${quoted(known)}?`;
      tell('look-alike-key', [...node, key], message);
    }
  }

  #addMembers(list: unknown, spend: Spend): void {
    for (const item of Array.isArray(list) ? (list as unknown[]) : []) {
      spend(KEY_COST);
      const key = isMapping(item)
        ? this.#configuration.member.find((one) => isScalar(valueUnder(item, one)))
        : '(text)';
      if (key !== undefined) this.#count('member', key);
    }
  }

  #count(role: KeyRole, key: string): void {
    const counts = this.#counts.get(role) ?? new Map<string, number>();
    this.#counts.set(role, counts.set(key, (counts.get(key) ?? 0) + 1));
  }

  #isToldOften(key: string): boolean {
    const told = this.#told.get(key) ?? 0;
    this.#told.set(key, told + 1);
    return told >= MAX_TOLD_OF_KEY;
  }
}

/** Caches results, because the same keys occur again and again. */
function remembered(lookAlike: LookAlike): LookAlike {
  const known = new Map<string, string | undefined>();
  return (key) => {
    if (!known.has(key)) known.set(key, lookAlike(key));
    return known.get(key);
  };
}
