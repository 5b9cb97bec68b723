/** One team as written -> one team as events carry it. */
import { controlCharacterIn, quoted } from '../../text/unicode.ts';
import { isMapping, type NodePath } from '../../yaml/yaml-text.ts';
import { meantIds, NO_FRAME, type IdFrame } from '../configuration/id-frame.ts';
import { teamEntry, type Team, type TeamEntry } from '../team.ts';
import type { Spend } from './expansion.ts';
import { byCodeUnits, canonicalText, isAbsent, isScalar, type Json, type JsonObject } from './json-value.ts';
import { keyPath, valueUnder, without } from './key-path.ts';
import { kindOf, type RawTeam } from './layout.ts';
import { readMembers } from './read-members.ts';
import type { TeamContext } from './team-context.ts';
import { textOf } from './team-id.ts';

/** Returns the team, or undefined if it has a problem; problems are reported through `context.report`. */
export function readTeam(raw: RawTeam, context: TeamContext): TeamEntry | undefined {
  const { path, configuration, canonical, spend } = context;
  const { fields, node, id: filled } = raw;
  let valid = true;
  const problem = (where: NodePath, message: string): void => {
    valid = false;
    context.report(where, message);
  };

  if ('missing' in filled) {
    const missing = filled.missing.map((name) => `{${name}}`).join(', ');
    problem(node, `the team has no id: ${configuration.id} needs a value for ${missing}`);
  } else {
    spend(filled.id.length);
    const control = controlCharacterIn(filled.id);
    if (control !== undefined)
      problem(node, `the id ${quoted(filled.id)} holds a control character (${control})`);
  }
  if (configuration.recognised.has('id') && !isAbsent(fields['id']) && !isScalar(fields['id'])) {
    problem([...node, 'id'], `the id is ${kindOf(fields['id'])}; expected text`);
  }
  for (const name of configuration.required) {
    if (isAbsent(valueUnder(fields, name))) {
      problem(node, `the team has no ${JSON.stringify(name)}, which team-events.yml requires`);
    }
  }
  const members = readMembers(fields, node, { ...context, report: problem });
  const [nameKey, ...otherNames] = present(fields, configuration.name).filter(
    (key) => valueUnder(fields, key) !== '',
  );
  const written = nameKey === undefined ? undefined : valueUnder(fields, nameKey);
  const name = textOf(written);
  if (nameKey !== undefined && name === undefined) {
    problem([...node, ...keyPath(fields, nameKey)], `the name is ${kindOf(written)}; expected text`);
  }
  if (name !== undefined) spend(name.length);
  const [tagsKey, ...otherTags] = present(fields, configuration.tags);
  const tags = tagsKey === undefined ? [] : readTags(canonical(valueUnder(fields, tagsKey)));
  const forged = textsOfTags(tags).find((text) => controlCharacterIn(text) !== undefined);
  if (forged !== undefined) {
    const where = [...node, ...keyPath(fields, tagsKey ?? '')];
    problem(where, `the tag ${quoted(forged)} holds a control character (${controlCharacterIn(forged)})`);
  }
  if (!valid || 'missing' in filled) return undefined;

  const [perimeterKey, ...otherPerimeters] = present(fields, configuration.perimeter);
  const used = [nameKey, tagsKey, perimeterKey];
  const spare = [...otherNames, ...otherTags, ...otherPerimeters].filter((key) => !used.includes(key));
  const { id, before, after } = filled;
  const team: Team = {
    id,
    name: name ?? id,
    members,
    tags,
    perimeter: perimeterKey === undefined ? null : canonical(valueUnder(fields, perimeterKey)),
    attributes: attributesOf(fields, spare, context),
  };
  const idFrame = before === '' && after === '' ? NO_FRAME : { before, after };
  const previously = configuration.previously.flatMap((key) =>
    earlierIds(valueUnder(fields, key), idFrame, spend),
  );
  return teamEntry(team, { previously, idFrame, file: path, node });
}

/** The names that have a value. */
const present = (fields: RawTeam['fields'], names: readonly string[]): string[] =>
  names.filter((name) => !isAbsent(valueUnder(fields, name)));

/** Every key without a field of its own. The `spare` keys are included, because another key was used in their place. */
function attributesOf(
  fields: RawTeam['fields'],
  spare: readonly string[],
  { configuration: { recognised, nested, ignore }, canonical }: TeamContext,
): JsonObject {
  const kept = spare.filter((key) => !ignore.includes(key));
  const told = kept.length === 0 ? recognised : new Set([...recognised].filter((key) => !kept.includes(key)));
  return canonical(
    without(
      fields,
      nested.filter((key) => told.has(key)),
    ),
    told,
  ) as JsonObject;
}

/**
 * A list is a set of labels: scalars become text, repetitions are dropped, the rest is sorted. A mapping stays a
 * mapping.
 */
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

/** The texts of the tags, which scripts compare and split. */
const textsOfTags = (tags: Team['tags']): readonly string[] =>
  (isMapping(tags) ? Object.entries(tags).flat() : tags).filter((one) => typeof one === 'string');

function earlierIds(value: unknown, frame: IdFrame, spend: Spend): string[] {
  if (isAbsent(value)) return [];
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items.flatMap((item) => {
    const text = textOf(item);
    const ids = text === undefined ? [] : meantIds(frame, text);
    spend(ids.reduce((sum, { length }) => sum + length, 8));
    return ids;
  });
}
