/** The teams that a subscription covers: `teams` by id, `tags` by their tags. */
import { compileGlobSets, type GlobSet } from '../catalogue/configuration/glob-set.ts';
import { plainText, type Json } from '../catalogue/reading/json-value.ts';
import type { LoggedEvent, TeamState } from '../events/team-event.ts';
import { isMapping, nfc } from '../yaml/yaml-text.ts';

export interface ScopeGlobs {
  readonly teams?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Whether an event's team is in scope before or after the step; so a client also sees a team leave its scope. */
export type Scope = (event: Pick<LoggedEvent, 'states'>) => boolean;

/** undefined if every team is in scope. A team must match both `teams` and `tags`. */
export function compileScope({ teams, tags }: ScopeGlobs): Scope | undefined {
  if (teams === undefined && tags === undefined) return undefined;
  const isWanted = satisfies(teams);
  const isTagged = satisfies(tags);
  const covers = (team: TeamState): boolean =>
    isWanted([team.id]) && (tags === undefined || isTagged(tagsOf(team)));
  return ({ states }) => states.some(covers);
}

/**
 * At least one text is included and none is excluded; if the globs only exclude, it is enough that none is excluded.
 */
function satisfies(globs: readonly string[] | undefined): (texts: readonly string[]) => boolean {
  if (globs === undefined) return () => true;
  const { included, excluded } = compileGlobSets(globs, true, nfc);
  const matchAny = (some: GlobSet, texts: readonly string[]): boolean => texts.some(some.matches);
  return (texts) => (included.isEmpty || matchAny(included, texts)) && !matchAny(excluded, texts);
}

/** Cached, because many clients ask about the same teams. */
const known = new WeakMap<TeamState, readonly string[]>();

function tagsOf(team: TeamState): readonly string[] {
  const tags = known.get(team) ?? tagTexts(JSON.parse(team.tags) as Json);
  known.set(team, tags);
  return tags;
}

/** The texts that filters can match: {@link tagLines}, and the keys of a mapping. */
const tagTexts = (tags: Json): readonly string[] =>
  isMapping(tags) ? [...Object.keys(tags), ...tagLines(tags)] : tagLines(tags);

/** For a list, its items. For a mapping, `key=value` for each value that is no mapping, and for each item of a list. */
export function tagLines(tags: Json): readonly string[] {
  if (!isMapping(tags)) return listOf(tags).map(plainText);
  return Object.entries(tags).flatMap(([key, value]) =>
    listOf(value)
      .filter((item) => !isMapping(item))
      .map((item) => `${key}=${plainText(item)}`),
  );
}

const listOf = (value: Json): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [value];
