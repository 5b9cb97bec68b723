/** Reads the whole catalogue of one revision for `check`: every file, and how it was understood. */
import type { Repository } from '../../adapters/git/clone/repository.ts';
import { uncommittedPaths } from '../../adapters/git/clone/work-tree.ts';
import { createHistorySource } from '../../adapters/git/history/history.ts';
import type { Catalogue } from '../../core/catalogue/catalogue.ts';
import { CONFIGURATION_FILE, type Configuration } from '../../core/catalogue/configuration/configuration.ts';
import { yamlOf } from '../../core/catalogue/reading/team-file.ts';
import type { LogStep } from '../../core/events/log-step.ts';
import { countReachable } from '../../run/event-log/plan-steps.ts';
import { walkStep } from '../../run/event-log/single-step.ts';
import type { Checked, Understood } from './check-report.ts';
import type { NamedConfiguration } from './read-files.ts';
import { checkCatalogue } from './rules/catalogue-checks.ts';
import type { Finding } from './rules/finding.ts';
import { KeySurvey } from './rules/key-survey.ts';
import { likeIdsByFile } from './rules/like-ids.ts';

export interface CatalogueAt {
  readonly findings: readonly Finding[];
  readonly checked: readonly Checked[];
  readonly understood: Understood;
  /** The configuration used at all revisions instead of team-events.yml, if any. */
  readonly override: Configuration | undefined;
  /** The whole catalogue as one step from the empty one: what `start: snapshot` sends. */
  readonly snapshot: LogStep | undefined;
  /** Whether a path affects how the catalogue is read. */
  readonly matches: (path: string) => boolean;
}

/** `named` is the configuration that counts in place of the revision's own. */
export async function readCatalogueAt(
  repository: Repository,
  revision: string,
  named: Exclude<NamedConfiguration, { kind: 'broken' }>,
  source: string,
): Promise<CatalogueAt> {
  const override = named.kind === 'usable' ? named : undefined;
  const whole = {
    from: null,
    to: revision,
    reachable: await countReachable(repository, revision),
    consecutive: false,
  };
  const { walk, step, log } = await walkStep(repository, whole, override?.configuration, source);
  const { catalogue, configuration } = walk;
  const paths = step.step.changes.map(({ path }) => path);
  const hasFile = paths.includes(CONFIGURATION_FILE);
  const own = hasFile ? CONFIGURATION_FILE : undefined;
  const configurationPath = override?.path ?? own;
  const survey = await surveyKeys(repository, catalogue, configuration);
  const passedOver = walk.warnings;
  return {
    findings: [
      ...checkCatalogue({
        configuration,
        configurationPath: configurationPath ?? CONFIGURATION_FILE,
        paths,
        matched: walk.matched,
        problems: await walk.problems(),
        passedOver,
      }),
      ...survey.findings,
    ],
    checked: [
      ...(configurationPath === undefined
        ? []
        : [{ kind: 'configuration' as const, path: configurationPath }]),
      ...[...catalogue.files.keys(), ...passedOver.keys()]
        .sort()
        .map((path) => ({ kind: 'catalogue' as const, path })),
    ],
    understood: {
      configuration: configurationPath,
      globs: configuration.files,
      files: catalogue.files.size,
      ...sizeOf(catalogue),
      keys: survey.uses,
    },
    override: override?.configuration,
    snapshot: log,
    matches: (path) => configuration.matches(path) || (path === CONFIGURATION_FILE && override === undefined),
  };
}

/** Files of the work tree that differ from HEAD and match. */
export async function uncommittedFiles(
  repository: Repository,
  matches: CatalogueAt['matches'],
): Promise<string[]> {
  return (await uncommittedPaths(repository)).filter(matches);
}

async function surveyKeys(
  repository: Repository,
  catalogue: Catalogue,
  configuration: Configuration,
): Promise<KeySurvey> {
  const { files } = catalogue;
  const survey = new KeySurvey(configuration);
  const likeIds = likeIdsByFile(catalogue.teams());
  const all = [...files];
  if (all.length === 0) return survey;
  const stream = createHistorySource(repository).blobs(all.map(([, { blob }]) => blob));
  let next = 0;
  for await (const blobs of stream.batches()) {
    for (const blob of blobs) {
      const [path = '', file] = all[next++] ?? [];
      const yaml = yamlOf(blob);
      if (!yaml.ok) continue;
      survey.add(path, yaml.value, blob.size, file?.problems.length === 0);
      for (const { node, message } of likeIds.get(path) ?? []) {
        survey.tell('look-alike-id', path, () => yaml.value.locate(node), message);
      }
    }
  }
  return survey;
}

function sizeOf(catalogue: Catalogue): Pick<Understood, 'teams' | 'memberships' | 'people'> {
  const people = new Set<string>();
  let memberships = 0;
  for (const { members, memberCount } of catalogue.teams()) {
    memberships += memberCount;
    for (const { id } of JSON.parse(members) as readonly { readonly id: string }[]) people.add(id);
  }
  return { teams: catalogue.size, memberships, people: people.size };
}
