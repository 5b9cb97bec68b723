/** Hints for stderr about possible mistakes in a step: undeclared renames, and typos that emptied a team. */
import type { CatalogueStep } from '../../core/catalogue/catalogue-step.ts';
import { emptiedTeams } from '../../core/events/hints/emptied-teams.ts';
import { renameHints } from '../../core/events/hints/rename-hints.ts';
import type { LoggedEvent } from '../../core/events/team-event.ts';
import { emptiedText } from '../../reporters/history/emptied-text.ts';
import { renameText } from '../../reporters/history/rename-text.ts';

/** Only a few are kept, however long the range is. */
export interface Hints {
  readonly first: readonly string[];
  readonly count: number;
}

const KEPT = 10;

export interface GrowingHints extends Hints {
  add(step: CatalogueStep, events: readonly LoggedEvent[]): void;
}

export function createHints(): GrowingHints {
  const first: string[] = [];
  let count = 0;

  function keep<Hint>(found: readonly Hint[], commit: string, textOf: (hint: Hint) => string): void {
    count += found.length;
    for (const hint of found.slice(0, KEPT - first.length)) {
      first.push(`${textOf(hint)} (commit ${commit.slice(0, 12)})`);
    }
  }

  return {
    first,
    get count() {
      return count;
    },
    add({ step, before, after, configuration }, events) {
      const has = (type: LoggedEvent['type']): boolean => events.some((event) => event.type === type);
      const { id } = step.commit;
      if (has('team.deleted')) {
        const key = configuration.previously[0] ?? 'previously';
        keep(renameHints(before, after), id, (hint) => renameText(hint, key));
      }
      if (has('team.members.removed'))
        keep(emptiedTeams(before, after, configuration.members), id, emptiedText);
    },
  };
}

/** The hints of several streams together. */
export const allHints = (streams: readonly { readonly hints: Hints }[]): Hints => ({
  first: streams.flatMap(({ hints }) => hints.first).slice(0, KEPT),
  count: streams.reduce((sum, { hints }) => sum + hints.count, 0),
});
