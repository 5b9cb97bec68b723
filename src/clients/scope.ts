/** Which teams a subscription is about: `teams` by id, `tags` by what they carry. */
import picomatch from 'picomatch';
import { plainText, type Json } from '../catalogue/json-value.ts';
import { teamOf, type TeamEntry } from '../catalogue/team.ts';
import type { LoggedEvent } from '../events/team-event.ts';
import { isMapping, nfc } from '../yaml/yaml-text.ts';

export interface ScopeGlobs {
  readonly teams?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
}

/** Whether an event is about a team that is in scope after the step, or was before it: so a client sees a team leave. */
export type Scope = (event: Pick<LoggedEvent, 'states'>) => boolean;

/** undefined where every team is in scope. A team has to satisfy both. */
export function compileScope({ teams, tags }: ScopeGlobs): Scope | undefined {
  if (teams === undefined && tags === undefined) return undefined;
  const isWanted = satisfies(teams);
  const isTagged = satisfies(tags);
  const covers = (team: TeamEntry): boolean =>
    isWanted([team.id]) && (tags === undefined || isTagged(tagsOf(team)));
  return ({ states }) => states.some(covers);
}

/** A name may begin with a dot, and hold a newline. */
const GLOB_OPTIONS = { noextglob: true, dot: true, flags: 's' };

/** At least one text is included, and none excluded; where globs only exclude, that none is. */
function satisfies(globs: readonly string[] | undefined): (texts: readonly string[]) => boolean {
  if (globs === undefined) return () => true;
  const all = globs.map(nfc);
  const included = all.filter((glob) => !glob.startsWith('!'));
  const includes = included.length > 0 ? picomatch(included, GLOB_OPTIONS) : undefined;
  const excludes = all
    .filter((glob) => glob.startsWith('!'))
    .map((glob) => picomatch(glob.slice(1), GLOB_OPTIONS));
  return (texts) =>
    (includes === undefined || texts.some((text) => includes(text))) &&
    !texts.some((text) => excludes.some((matches) => matches(text)));
}

/** Many clients ask about the same teams: each is opened once. */
const known = new WeakMap<TeamEntry, readonly string[]>();

function tagsOf(team: TeamEntry): readonly string[] {
  const tags = known.get(team) ?? tagTexts(teamOf(team).tags);
  known.set(team, tags);
  return tags;
}

/** Of a list its items. Of a mapping `key`, and `key=value` for each value that is no mapping. */
function tagTexts(tags: Json): readonly string[] {
  if (!isMapping(tags)) return listOf(tags).map(plainText);
  return Object.entries(tags).flatMap(([key, value]) => [
    key,
    ...listOf(value)
      .filter((item) => !isMapping(item))
      .map((item) => `${key}=${plainText(item)}`),
  ]);
}

const listOf = (value: Json): readonly Json[] =>
  Array.isArray(value) ? (value as readonly Json[]) : [value];
