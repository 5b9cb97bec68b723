/** Finds the teams of a revision, and reads them as a run would. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { UsageError } from '../../errors.ts';
import { counted } from '../../core/text/counted.ts';
import { walkStep } from '../../run/event-log/single-step.ts';
import { configurationOf } from './detect/reading.ts';
import type { FoundCatalogue } from './init-report.ts';
import { surveyTeams, type Survey } from './survey.ts';

/** @throws {UsageError} if nothing looks like teams */
export async function findCatalogue(
  repository: Repository,
  revision: string,
  only: readonly string[],
  stop: AbortSignal,
): Promise<{ readonly catalogue: FoundCatalogue; readonly paths: readonly string[] }> {
  const survey = await surveyTeams(repository, revision, only, stop);
  const { settings, paths, others } = survey;
  if (settings === undefined) throw nothingFound(survey, only);
  const configuration = configurationOf(settings);
  const whole = { from: null, to: revision, reachable: 0, consecutive: false };
  const { walk } = await walkStep(repository, whole, configuration, 'urn:none');
  const people = new Set<string>();
  let memberships = 0;
  let empty = 0;
  for (const { members, memberCount } of walk.catalogue.teams()) {
    memberships += memberCount;
    if (memberCount === 0) empty++;
    for (const { id } of JSON.parse(members) as readonly { readonly id: string }[]) people.add(id);
  }
  const catalogue = {
    settings,
    globs: configuration.files,
    files: walk.catalogue.files.size,
    teams: walk.catalogue.size,
    empty,
    memberships,
    people: people.size,
    problems: (await walk.problems()).length,
    others,
  };
  return { catalogue, paths };
}

function nothingFound({ lookedAt, withMappings, unread }: Survey, only: readonly string[]): UsageError {
  const where = only.length > 0 ? `match ${only.join(', ')}` : 'are in this commit';
  return new UsageError(
    `no teams were found in the ${counted(lookedAt, 'YAML or JSON file', 'YAML and JSON files')} that ${where}`,
    [
      'A team is looked for as a mapping with a list of people under a key such as members, owners or users.',
      ...(withMappings > 0
        ? [
            `In ${withMappings} of them it holds a mapping; write a list instead, such as members: [alice, bob].`,
          ]
        : []),
      'Say where they are with --files GLOB, or write team-events.yml by hand: docs/catalogues.md shows many shapes.',
      ...(unread > 0 ? [`(${unread} more files were not looked at.)`] : []),
    ],
  );
}
