/** One team as written -> one team in the form that events carry. */
import { nfc, type NodePath } from '../yaml/yaml-text.ts';
import { fillIdTemplate, type Configuration } from './configuration.ts';
import {
  byCodeUnits,
  canonicalText,
  isMapping,
  isScalar,
  type Canonicalizer,
  type Json,
  type JsonObject,
} from './json-value.ts';
import { kindOf, type RawTeam } from './layout.ts';
import { readMembers } from './read-members.ts';
import type { TeamEntry } from './team.ts';

type Report = (node: NodePath, message: string) => void;

/** A reader for the teams of one file. A team with a problem is reported and gives undefined. */
export function createTeamReader(
  path: string,
  configuration: Configuration,
  canonical: Canonicalizer,
  report: Report,
): (raw: RawTeam) => TeamEntry | undefined {
  const segments = path.replace(/\.[^./]+$/, '').split('/');
  const places: Readonly<Record<string, string | undefined>> = {
    file: segments.at(-1),
    dir: segments.at(-2),
    path: segments.join('/'),
  };

  const idOf = ({ fields, shape, key }: RawTeam) => {
    const text = (name: string): string | undefined => textOf(fields[name]);
    const named = configuration.name.map(text).find((name) => name !== undefined);
    const fallback = { team: places['file'], list: named, map: key }[shape];
    return fillIdTemplate(configuration.id, (name) => {
      if (name === 'id') return text('id') ?? fallback;
      if (name === 'key') return key;
      const segment = /^path\[([0-9]+)\]$/.exec(name);
      if (segment) return segments[Number(segment[1])];
      return places[name] ?? text(name);
    });
  };

  return (raw) => {
    const { fields, node } = raw;
    const first = (names: readonly string[]): string | undefined =>
      names.find((name) => fields[name] !== undefined && fields[name] !== null);
    let valid = true;
    const problem = (where: NodePath, message: string): void => {
      valid = false;
      report(where, message);
    };

    const { id, missing } = idOf(raw);
    if (id === undefined) {
      const named = missing.map((name) => `{${name}}`).join(', ');
      problem(node, `the team has no id: ${configuration.id} needs a value for ${named}`);
    }
    for (const name of configuration.required) {
      if (fields[name] === undefined || fields[name] === null) {
        problem(node, `the team has no ${JSON.stringify(name)}, which team-events.yml requires`);
      }
    }
    const members = readMembers(fields, node, configuration, canonical, problem);
    const nameKey = first(configuration.name);
    const name = nameKey === undefined ? undefined : textOf(fields[nameKey]);
    if (nameKey !== undefined && name === undefined) {
      problem([...node, nameKey], `the name is ${kindOf(fields[nameKey])}; expected text`);
    }
    if (!valid || id === undefined) return undefined;

    const tagsKey = first(configuration.tags);
    const perimeterKey = first(configuration.perimeter);
    return {
      team: {
        id: nfc(id),
        name: name ?? nfc(id),
        members,
        tags: tagsKey === undefined ? [] : readTags(canonical(fields[tagsKey])),
        perimeter: perimeterKey === undefined ? null : canonical(fields[perimeterKey]),
        attributes: canonical(fields, configuration.recognised) as JsonObject,
      },
      previously: configuration.previously.flatMap((key) => earlierIds(fields[key])),
      file: path,
      node,
    };
  };
}

/** Text as written for a scalar; undefined for anything else, and for an empty text. */
export function textOf(value: unknown): string | undefined {
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
    byText.set(canonicalText(label), label);
  }
  const order = (label: Json): string => (typeof label === 'string' ? label : canonicalText(label));
  return [...byText.values()].sort((a, b) => byCodeUnits(order(a), order(b)));
}

function earlierIds(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : [value];
  return items
    .map(textOf)
    .filter((id) => id !== undefined)
    .map(nfc);
}
