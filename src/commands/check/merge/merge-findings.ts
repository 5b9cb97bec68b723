/** Reasons not to merge: undeclared renames, typos that empty teams, and removals that the guard would stop. */
import type { Repository } from '../../../adapters/git/clone/repository.ts';
import { createHistorySource } from '../../../adapters/git/history/history.ts';
import type { Catalogue } from '../../../core/catalogue/catalogue.ts';
import { CONFIGURATION_FILE } from '../../../core/catalogue/configuration/configuration.ts';
import { memberLists } from '../../../core/catalogue/reading/read-members.ts';
import { yamlOf } from '../../../core/catalogue/reading/team-file.ts';
import type { TeamEntry } from '../../../core/catalogue/team.ts';
import type { Client } from '../../../core/clients/file/client.ts';
import { selectForLane } from '../../../core/clients/lane-selection.ts';
import { guardRemovals, type GuardLimits } from '../../../core/delivery/removal-guard.ts';
import { emptiedTeams } from '../../../core/events/hints/emptied-teams.ts';
import { renameHints } from '../../../core/events/hints/rename-hints.ts';
import type { LogStep } from '../../../core/events/log-step.ts';
import { printable } from '../../../core/text/log-safe.ts';
import { isMapping, type YamlText } from '../../../core/yaml/yaml-text.ts';
import { emptiedText } from '../../../reporters/history/emptied-text.ts';
import { renameText } from '../../../reporters/history/rename-text.ts';
import type { WalkedStep } from '../../../run/event-log/single-step.ts';
import type { Finding } from '../rules/finding.ts';
import { EVERY } from './not-renamed.ts';

/** `notRenamed`: new teams that a person declared as new, not renamed. */
export async function untoldRenames(
  repository: Repository,
  { step, walk }: WalkedStep,
  notRenamed: readonly string[],
): Promise<Finding[]> {
  if (notRenamed.includes(EVERY)) return [];
  const key = step.configuration.previously[0] ?? 'previously';
  const hints = renameHints(step.before, step.after).filter(({ to }) => !notRenamed.includes(to.id));
  const files = await filesOf(
    repository,
    walk.catalogue,
    hints.map(({ to }) => to),
  );
  return hints.map((hint, index): Finding => {
    const message = `${renameText(hint, key)}; if they are two teams: --not-renamed ${hint.to.id} (or TEAM_EVENTS_NOT_RENAMED)`;
    const place = files[index]?.locate(hint.to.node) ?? { line: 1, column: 1 };
    return { check: 'untold-rename', path: hint.to.file, ...place, message };
  });
}

/** Members that became an attribute by a typo, unless the file's proper key says explicitly that there are none. */
export async function emptiedMembers(
  repository: Repository,
  { step: { before, after, configuration }, walk }: WalkedStep,
): Promise<Finding[]> {
  const emptied = emptiedTeams(before, after, configuration.members);
  const files = await filesOf(
    repository,
    walk.catalogue,
    emptied.map(({ team }) => team),
  );
  return emptied.flatMap((one, index): Finding[] => {
    const { team, slip } = one;
    const yaml = files[index];
    const fields = team.node.reduce<unknown>((value, key) => (value as Values)?.[key], yaml?.documents);
    if (isMapping(fields) && memberLists(fields, configuration).length > 0) return [];
    const message = `${emptiedText(one)}; if the team is to be empty, write "${slip.known}: []"`;
    const place = yaml?.locate([...team.node, ...slip.path]) ?? { line: 1, column: 1 };
    return [{ check: 'emptied-members', path: team.file, ...place, message }];
  });
}

type Values = Readonly<Record<string | number, unknown>> | undefined;

/** The parsed files of teams, read by one git process; undefined for a file that cannot be parsed. */
async function filesOf(
  repository: Repository,
  catalogue: Catalogue,
  teams: readonly TeamEntry[],
): Promise<(YamlText | undefined)[]> {
  if (teams.length === 0) return [];
  const blobs = teams.map(({ file }) => catalogue.file(file)?.blob ?? '');
  const files: (YamlText | undefined)[] = [];
  for await (const batch of createHistorySource(repository).blobs(blobs).batches()) {
    for (const blob of batch) {
      const yaml = yamlOf(blob);
      files.push(yaml.ok ? yaml.value : undefined);
    }
  }
  return files;
}

/** Changes of team-events.yml that cause no event but change all future ones; `source` is the default source. */
export function contentChanges({ step, configurationBefore: before }: WalkedStep, source: string): Finding[] {
  const after = step.configuration;
  if (step.step.from === null) return []; // no event came before
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

/** What the guard would say for each client if only this step were pending; `path` is that of the clients file. */
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
    `if that is intended: --allow-removals ${step.to.slice(0, 12)} (or TEAM_EVENTS_ALLOW_REMOVALS) here, and with the merged commit in the run that sends it`;
  return [{ check: 'removal-guard', path, client: client.name, line: client.line, column: 1, message }];
}
