/** Events by day and team, the newest day first. */
import { createStyle } from '../../adapters/process/terminal/style.ts';
import { EVENT_TYPES } from '../../core/events/event-type.ts';
import type { TeamEvent } from '../../core/events/team-event.ts';
import { counted } from '../../core/text/counted.ts';
import { changeLines } from '../history/events-text.ts';
import { findable } from './finder.ts';
import { markup, type Markup, type Part } from './markup.ts';
import { folded, section } from './page.ts';

const PLAIN = createStyle('never', {}, 'stdout', false);
/** So many days are open at first, and no more than so many events in them. */
const OPEN_DAYS = 3;
const OPEN_EVENTS = 100;

const WORDS = {
  'team.created': 'created',
  'team.modified': 'modified',
  'team.members.removed': 'members removed',
  'team.members.added': 'members added',
  'team.deleted': 'deleted',
} as const satisfies Readonly<Record<TeamEvent['type'], string>>;

/** An event on a page, drawn when it is met, so that a long history need not be held as objects. */
export interface Entry {
  readonly day: string;
  readonly team: string;
  readonly type: TeamEvent['type'];
  readonly text: Markup;
}

/** `about`: who was told, say. `requests`: those that would be made, a line each, folded. */
export function entryOf(event: TeamEvent, about?: Part, requests: readonly string[] = []): Entry {
  const { type, subject, time, data } = event;
  const { commit } = data;
  const people = (sign: string, members: readonly { readonly id: string }[] = []): Part =>
    members.map(({ id }) => markup` ${sign}<bdi>${id}</bdi>`);
  const changes = changeLines({ data: { ...data, added: [], removed: [] } }, PLAIN).map(
    (line) => markup` <code>${line}</code>`,
  );
  const shown =
    requests.length === 0
      ? undefined
      : markup`<details><summary>requests</summary>${requests.map((line) => markup`<div><code>${line}</code></div>`)}</details>`;
  return {
    day: time.slice(0, 10),
    team: subject,
    type,
    text: markup`<li data-row="${type}">${WORDS[type]}${changes}${people('−', data.removed)}${people('+', data.added)} <span class="soft">${commit.title} (${commit.author.name}, ${commit.id.slice(0, 10)})${about === undefined ? undefined : [' ', about]}</span>${shown}</li>
`,
  };
}

export function timeline(entries: readonly Entry[]): Markup {
  if (entries.length === 0) return section('Events', markup`<p>There is none.</p>`);
  const days = grouped(entries, ({ day }) => day);
  const newest = [...days].sort(([a], [b]) => (a < b ? 1 : -1));
  let open = 0;
  const drawn = newest.map(([day, own], index) => {
    open += own.length;
    const teams = [...grouped(own, ({ team }) => team)].map(
      ([team, its]) => markup`<div data-team="${team}"><h3>${team}</h3><ul>
${its.map(({ text }) => text)}</ul></div>
`,
    );
    const summary = markup`<time datetime="${day}">${day}</time> <span class="soft">${counted(own.length, 'event')} in ${counted(teams.length, 'team')}</span>`;
    return folded(summary, teams, index < OPEN_DAYS && open <= OPEN_EVENTS);
  });
  const types = EVENT_TYPES.filter((type) => entries.some((entry) => entry.type === type));
  const title = `Events: ${entries.length} on ${counted(days.size, 'day')}`;
  return section(title, findable(['any', 'team', 'person'], types, drawn));
}

function grouped(entries: readonly Entry[], keyOf: (entry: Entry) => string): Map<string, Entry[]> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const known = groups.get(keyOf(entry));
    if (known === undefined) groups.set(keyOf(entry), [entry]);
    else known.push(entry);
  }
  return groups;
}
