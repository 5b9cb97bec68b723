/**
 * The id of a team: made by the id template; by default its `id`, its key in a map, its name in a list, or its file
 * name.
 */
import type { Configuration } from '../configuration/configuration.ts';
import { fillIdTemplate, pathValue, type FilledId } from '../configuration/id-template.ts';
import { isAbsent, isScalar } from './json-value.ts';
import { valueUnder } from './key-path.ts';

/** A team as written; `key` is its key in a map, and `shape` decides its default id. */
export interface WrittenTeam {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly shape: 'team' | 'list' | 'map';
  readonly key: string | undefined;
}

/** Returns the id, or the names of the placeholders without a value. */
export function teamId(
  team: WrittenTeam,
  path: string,
  configuration: Configuration,
): FilledId | { readonly missing: readonly string[] } {
  return fillIdTemplate(configuration.idTemplate, (name) => idPart(name, team, path, configuration));
}

function idPart(
  name: string,
  { fields, shape, key }: WrittenTeam,
  path: string,
  configuration: Configuration,
): string | undefined {
  if (name === 'key') return key;
  if (name !== 'id') return pathValue(name, path) ?? textOf(valueUnder(fields, name));
  const own = textOf(fields['id']);
  if (own !== undefined || shape === 'map') return own ?? key;
  if (shape === 'team') return pathValue('file', path);
  const nameKey = configuration.name.find((one) => !isAbsent(valueUnder(fields, one)));
  return nameKey === undefined ? undefined : textOf(valueUnder(fields, nameKey));
}

/** The text of a scalar; undefined for anything else, and for empty text. */
export function textOf(value: unknown): string | undefined {
  return isScalar(value) && value !== '' ? String(value) : undefined;
}
