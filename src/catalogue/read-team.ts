/** One team as written -> one team in the form that events carry. */
import { isMapping, nfc, type NodePath } from '../yaml/yaml-text.ts';
import type { Configuration } from './configuration.ts';
import { fillIdTemplate, pathValue } from './id-template.ts';
import {
  byCodeUnits,
  canonicalText,
  isAbsent,
  isScalar,
  type Canonicalizer,
  type Json,
  type JsonObject,
} from './json-value.ts';
import { keyPath, valueUnder, without } from './key-path.ts';
import { kindOf, type RawTeam } from './layout.ts';
import { readMembers } from './read-members.ts';
import { teamEntry, type Team, type TeamEntry } from './team.ts';

/** What the teams of one file are read with. */
export interface TeamContext {
  readonly path: string;
  readonly configuration: Configuration;
  readonly canonical: Canonicalizer;
  readonly report: (node: NodePath, message: string) => void;
}

/** The team; undefined for one with a problem, which is reported. */
export function readTeam(raw: RawTeam, context: TeamContext): TeamEntry | undefined {
  const { path, configuration, canonical } = context;
  const { fields, node } = raw;
  let valid = true;
  const problem = (where: NodePath, message: string): void => {
    valid = false;
    context.report(where, message);
  };

  const id = fillIdTemplate(configuration.idTemplate, (name) => idPart(name, raw, context));
  if (typeof id !== 'string') {
    const missing = id.missing.map((name) => `{${name}}`).join(', ');
    problem(node, `the team has no id: ${configuration.id} needs a value for ${missing}`);
  }
  if (configuration.recognised.has('id') && !isAbsent(fields['id']) && !isScalar(fields['id'])) {
    problem([...node, 'id'], `the id is ${kindOf(fields['id'])}; expected text`);
  }
  for (const name of configuration.required) {
    if (isAbsent(valueUnder(fields, name))) {
      problem(node, `the team has no ${JSON.stringify(name)}, which team-events.yml requires`);
    }
  }
  const members = readMembers(fields, node, configuration, canonical, problem);
  const [nameKey, ...otherNames] = present(fields, configuration.name).filter(
    (key) => valueUnder(fields, key) !== '',
  );
  const written = nameKey === undefined ? undefined : valueUnder(fields, nameKey);
  const name = textOf(written);
  if (nameKey !== undefined && name === undefined) {
    problem([...node, ...keyPath(fields, nameKey)], `the name is ${kindOf(written)}; expected text`);
  }
  if (!valid || typeof id !== 'string') return undefined;

  const [tagsKey, ...otherTags] = present(fields, configuration.tags);
  const [perimeterKey, ...otherPerimeters] = present(fields, configuration.perimeter);
  const used = [nameKey, tagsKey, perimeterKey];
  const spare = [...otherNames, ...otherTags, ...otherPerimeters].filter((key) => !used.includes(key));
  const teamId = nfc(id);
  const team: Team = {
    id: teamId,
    name: name ?? teamId,
    members,
    tags: tagsKey === undefined ? [] : readTags(canonical(valueUnder(fields, tagsKey))),
    perimeter: perimeterKey === undefined ? null : canonical(valueUnder(fields, perimeterKey)),
    attributes: attributesOf(fields, spare, context),
  };
  const previously = configuration.previously.flatMap((key) => earlierIds(valueUnder(fields, key)));
  return teamEntry(team, { previously, file: path, node });
}

/** Those of the names that have a value. */
const present = (fields: RawTeam['fields'], names: readonly string[]): string[] =>
  names.filter((name) => !isAbsent(valueUnder(fields, name)));

/** Every key that is not told by a name of its own; the `spare` ones are not, as another came before them. */
function attributesOf(
  fields: RawTeam['fields'],
  spare: readonly string[],
  { configuration: { recognised, nested, ignore }, canonical }: TeamContext,
): JsonObject {
  const kept = spare.filter((key) => !ignore.includes(key));
  const told = kept.length === 0 ? recognised : new Set([...recognised].filter((key) => !kept.includes(key)));
  const own = nested.filter((key) => told.has(key)).reduce(without, fields);
  return canonical(own, told) as JsonObject;
}

function idPart(
  name: string,
  { fields, shape, key }: RawTeam,
  { path, configuration }: TeamContext,
): string | undefined {
  if (name === 'key') return key;
  if (name !== 'id') return pathValue(name, path) ?? textOf(valueUnder(fields, name));
  const own = textOf(fields['id']);
  if (own !== undefined || shape === 'map') return own ?? key;
  if (shape === 'team') return pathValue('file', path);
  const [nameKey] = present(fields, configuration.name);
  return nameKey === undefined ? undefined : textOf(valueUnder(fields, nameKey));
}

/** Text as written for a scalar; undefined for anything else, and for an empty text. */
function textOf(value: unknown): string | undefined {
  return isScalar(value) && value !== '' ? String(value) : undefined;
}

/** A list is a set of labels: scalars become text, repetitions go, sorted. A mapping stays one. */
function readTags(value: Json): readonly Json[] | JsonObject {
  if (isMapping(value)) return value;
  const items = (Array.isArray(value) ? value : [value]) as readonly Json[];
  const byText = new Map<string, Json>();
  for (const item of items) {
    if (item === null) continue;
    const label = isScalar(item) ? String(item) : item;
    byText.set(typeof label === 'string' ? label : canonicalText(label), label);
  }
  return [...byText.keys()].sort(byCodeUnits).map((text) => byText.get(text) ?? null);
}

function earlierIds(value: unknown): string[] {
  if (isAbsent(value)) return [];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => textOf(item) ?? []).map(nfc);
}
