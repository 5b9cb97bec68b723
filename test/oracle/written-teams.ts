/** `layout`, `at` and `children`: where the teams stand in a document. */
import { hasValue, valueUnder, without } from './fields.ts';
import type { Settings } from './settings.ts';
import { isMapping, Problem, type Mapping, type Value } from './yaml-values.ts';

/** A team as it is written; `otherwise` is its id where no field says it. */
export interface WrittenTeam {
  readonly fields: Mapping;
  readonly key: string | undefined;
  readonly otherwise: 'file' | 'name' | 'key';
}

/** Whether a team is excluded by its id. */
type IsNone = (team: WrittenTeam) => boolean;

/**
 * `layout: auto`: a document that is a list, or has an `at` key holding a list → list; an `at` key holding a map of
 * maps → map; else one team. All `at` keys count. A map with any mapping in it is one of maps: the rest are problems.
 * `teams: []` is no team; `teams:` with nothing at all, where nothing else describes a team, is as an empty file.
 *
 * `layout: list` or `map`: the teams are under the `at` keys. Without any of them the document is the list or map where `at`
 * is not said, and else holds no team: then a key that looks like one of them, or one on its way with nothing under it, is
 * a problem.
 */
export function* writtenTeams(document: Value, settings: Settings, isNone: IsNone): Iterable<WrittenTeam> {
  const { layout } = settings;
  const inside = isMapping(document)
    ? settings.at.map((key) => valueUnder(document, key)).filter((value) => value !== undefined)
    : [];
  const isOneTeam = (): boolean =>
    layout === 'team' || (layout === 'auto' && !Array.isArray(document) && !inside.some(holdsTeams));
  if (isOneTeam()) {
    const { name, members, tags, perimeter, previously } = settings;
    const ofId = [...settings.id.matchAll(/\{([^{}]*)\}/g)].map(([, field = '']) => field);
    const ofTeam = [...ofId, ...name, ...members, ...tags, ...perimeter, ...previously];
    const describesNone = (): boolean => !ofTeam.some((key) => hasValue(document as Mapping, key));
    if (layout === 'auto' && inside.includes(null) && describesNone())
      throw new Problem('nothing under a key of teams');
    return yield* withChildren(document, undefined, 'file', settings, isNone);
  }
  if (layout === 'auto') {
    for (const teams of inside.length > 0 ? inside : [document]) {
      if (holdsTeams(teams) || teams === document) yield* eachOf(teams, settings, isNone);
    }
    return;
  }
  const fits = layout === 'list' ? Array.isArray : isMapping;
  if (inside.length === 0 && settings.atAlone) {
    const keys = isMapping(document) ? document : {};
    if (settings.at.some((key) => endsInNothing(keys, key))) throw new Problem('nothing on the way to teams');
    if (settings.at.some((key) => isMisspelt(keys, key, settings)))
      throw new Problem('a slip in a key of teams');
    return;
  }
  for (const teams of inside.length > 0 ? inside : [document]) {
    if (!fits(teams) && !isEmptyCollection(teams)) throw new Problem(`no ${layout}`);
    yield* eachOf(teams, settings, isNone);
  }
}

/** The mappings on the way to a dotted key, as far as it leads, each with the next part of it. */
function* wayTo(document: Mapping, key: string): Iterable<readonly [at: Mapping, part: string]> {
  let at: Value | undefined = document;
  for (const part of key.split('.')) {
    if (!isMapping(at)) return;
    yield [at, part];
    at = at[part];
  }
}

const endsInNothing = (document: Mapping, key: string): boolean =>
  [...wayTo(document, key)].some(([at, part]) => at[part] === null);

function isMisspelt(document: Mapping, key: string, settings: Settings): boolean {
  const [at, part] = [...wayTo(document, key)].at(-1) ?? [document, key];
  // What another of the keys says there is no slip.
  const meant = settings.at.flatMap((other) => [...wayTo(document, other)]).filter(([one]) => one === at);
  const known = meant.map(([, other]) => other);
  return Object.entries(at).some(
    ([name, value]) =>
      typeof value === 'object' &&
      !known.includes(name) &&
      !settings.excludes(name) &&
      !Object.hasOwn(at, part) &&
      looksLike(name, part),
  );
}

/** The same but for case, accents and what joins words; or one slip of the hand away, from nine letters on two. */
function looksLike(name: string, key: string): boolean {
  const [a = '', b = ''] = [name, key].map((text) =>
    text
      .normalize('NFD')
      .replace(/[\u0300-\u036f]|[-_ ]/g, '')
      .toLowerCase(),
  );
  const length = Math.max(a.length, b.length);
  if (a === b) return true;
  if (length < 4 || (length === 4 && a.length === b.length)) return false;
  let reached = new Set([a]);
  for (let slips = length < 9 ? 1 : 2; slips > 0; slips--) {
    reached = new Set([...reached].flatMap((text) => [text, ...oneSlipTowards(text, b)]));
  }
  return reached.has(b);
}

/** With a letter of the other put in, put in place of one, taken out, or two changed over. */
function* oneSlipTowards(text: string, other: string): Iterable<string> {
  for (let at = 0; at <= text.length; at++) {
    const [before, after] = [text.slice(0, at), text.slice(at)];
    yield before + after.slice(1);
    yield before + after.slice(1, 2) + after.slice(0, 1) + after.slice(2);
    for (const letter of new Set(other)) {
      yield before + letter + after;
      yield before + letter + after.slice(1);
    }
  }
}

const holdsTeams = (value: Value): boolean => Array.isArray(value) || isMapOfMaps(value);

const isEmptyCollection = (value: Value): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

const isMapOfMaps = (value: Value): boolean =>
  isMapping(value) &&
  (Object.keys(value).length === 0 || Object.values(value).some((item) => item === null || isMapping(item)));

const isListOfTeams = (value: Value): boolean =>
  Array.isArray(value) && (value.length === 0 || value.some((item) => isMapping(item)));

function* eachOf(teams: Value, settings: Settings, isNone: IsNone): Iterable<WrittenTeam> {
  if (Array.isArray(teams)) {
    for (const team of teams) yield* withChildren(team, undefined, 'name', settings, isNone);
  } else if (isMapping(teams)) {
    for (const [key, team] of Object.entries(teams)) {
      if (!settings.excludes(key)) yield* withChildren(team ?? {}, key, 'key', settings, isNone);
    }
  }
}

/** A team, and those under its `children` key, which is no attribute. */
function* withChildren(
  team: Value,
  key: string | undefined,
  otherwise: WrittenTeam['otherwise'],
  settings: Settings,
  isNone: IsNone,
): Iterable<WrittenTeam> {
  if (!isMapping(team)) throw new Problem('a team is no mapping');
  const nested = settings.children
    .map((name) => ({ name, teams: valueUnder(team, name) ?? null }))
    .filter(({ teams }) => isListOfTeams(teams) || isMapOfMaps(teams));
  const written = {
    fields: nested.reduce((fields, { name }) => without(fields, name), team),
    key,
    otherwise,
  };
  if (isNone(written)) return;
  yield written;
  for (const { teams } of nested) yield* eachOf(teams, settings, isNone);
}
