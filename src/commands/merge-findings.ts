/** What stands against merging: renames that nobody told, and removals that the guard would stop. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { CONFIGURATION_FILE } from '../catalogue/configuration.ts';
import { decode } from '../catalogue/team-file.ts';
import type { Finding } from '../check/finding.ts';
import type { Client } from '../clients/clients-file.ts';
import { selectForLane } from '../clients/lane-selection.ts';
import { guardRemovals, type GuardLimits } from '../delivery/removal-guard.ts';
import type { LogStep } from '../events/log-step.ts';
import { renameHints, type RenameHint } from '../events/rename-hints.ts';
import { createHistorySource } from '../git/history.ts';
import type { Repository } from '../git/repository.ts';
import { EVERY } from '../option-values.ts';
import { renameText } from '../report/rename-text.ts';
import { printable } from '../report/style.ts';
import { parseYaml, type Position } from '../yaml/yaml-text.ts';
import type { WalkedStep } from './walk-step.ts';

/** `notRenamed` are new teams of which a person says that they are no renamed ones. */
export async function untoldRenames(
  repository: Repository,
  { step, walk }: WalkedStep,
  notRenamed: readonly string[],
): Promise<Finding[]> {
  if (notRenamed.includes(EVERY)) return [];
  const key = step.configuration.previously[0] ?? 'previously';
  const hints = renameHints(step.before, step.after).filter(({ to }) => !notRenamed.includes(to.id));
  const places = await placesOf(repository, walk.catalogue, hints);
  return hints.map((hint, index): Finding => {
    const message = `${renameText(hint, key)}; if they are two teams: --not-renamed ${hint.to.id} (or TEAM_EVENTS_NOT_RENAMED)`;
    const place = places[index] ?? { line: 1, column: 1 };
    return { check: 'untold-rename', path: hint.to.file, ...place, message };
  });
}

/** Where the new teams stand in their files, all of which one git reads. */
async function placesOf(
  repository: Repository,
  catalogue: Catalogue,
  hints: readonly RenameHint[],
): Promise<(Position | undefined)[]> {
  if (hints.length === 0) return [];
  const blobs = hints.map(({ to }) => catalogue.file(to.file)?.blob ?? '');
  const places: (Position | undefined)[] = [];
  for await (const batch of createHistorySource(repository).blobs(blobs).batches()) {
    for (const blob of batch) {
      const decoded = decode(blob);
      const yaml = decoded.ok ? parseYaml(decoded.text) : undefined;
      places.push(yaml?.ok ? yaml.locate(hints[places.length]?.to.node ?? []) : undefined);
    }
  }
  return places;
}

/** Changes of team-events.yml that make no event, and change all that come: `source` is the default one. */
export function contentChanges({ step, configurationBefore: before }: WalkedStep, source: string): Finding[] {
  const after = step.configuration;
  const sources = [before, after].map((one) => one.source ?? source);
  const say = (message: string): Finding => ({
    check: 'event-content',
    path: CONFIGURATION_FILE,
    line: 1,
    column: 1,
    message,
  });
  return [
    ...(sources[0] === sources[1]
      ? []
      : [
          say(
            `every event from here on has the source ${sources[1]}, and not ${sources[0]}: receivers may take it for another teams repo`,
          ),
        ]),
    ...(before.authorEmail === after.authorEmail
      ? []
      : [
          say(
            `every event from here on ${after.authorEmail ? 'tells' : 'leaves out'} the address of the commit's author (authorEmail)`,
          ),
        ]),
  ];
}

const NAMED = 10;

/** What the guard would say of each client if nothing but this were pending for it; `path` is the clients file's. */
export function guardFindings(
  clients: readonly Client[],
  path: string,
  step: LogStep,
  limits: GuardLimits,
  allowedReachable: number,
): Finding[] {
  return clients.flatMap((client) => guardFinding(client, path, step, limits, allowedReachable));
}

function guardFinding(
  client: Client,
  path: string,
  step: LogStep,
  limits: GuardLimits,
  allowedReachable: number,
): Finding[] {
  const dispositions = selectForLane(client, step.events);
  const due = step.events.filter((_, index) => dispositions[index] === 'send');
  const stop = guardRemovals([step], [due], limits, allowedReachable);
  if (stop === undefined) return [];
  const { deletedTeams, removedMemberships, population } = stop;
  const named = deletedTeams.slice(0, NAMED).map(printable).join(', ');
  const more = deletedTeams.length > NAMED ? ` and ${deletedTeams.length - NAMED} more` : '';
  const teams =
    deletedTeams.length > 0
      ? `delete ${deletedTeams.length} of ${population.teams} teams (${named}${more}), `
      : '';
  const message =
    `the removal guard would stop this client: merging would ${teams}` +
    `take away ${removedMemberships} of ${population.memberships} memberships; ` +
    `if that is meant: --allow-removals ${step.to.slice(0, 12)} (or TEAM_EVENTS_ALLOW_REMOVALS) here, and with the merged commit in the run that sends it`;
  return [{ check: 'removal-guard', path, client: client.name, line: client.line, column: 1, message }];
}
