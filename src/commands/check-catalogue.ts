/** The whole catalogue of one revision, as `check` looks at it: every file, and what was understood of it. */
import { CONFIGURATION_FILE, type Configuration } from '../catalogue/configuration.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { decode } from '../catalogue/team-file.ts';
import { checkCatalogue } from '../check/catalogue-checks.ts';
import type { Checked, Understood } from '../check/check-report.ts';
import type { Finding } from '../check/finding.ts';
import { KeySurvey } from '../check/key-survey.ts';
import { likeIdsByFile } from '../check/like-ids.ts';
import type { LogStep } from '../events/log-step.ts';
import { createHistorySource } from '../git/history.ts';
import { countReachable } from '../git/plan-range.ts';
import type { Repository } from '../git/repository.ts';
import { uncommittedPaths } from '../git/work-tree.ts';
import { parseYaml } from '../yaml/yaml-text.ts';
import { walkStep } from './walk-step.ts';

export interface CatalogueAt {
  readonly findings: readonly Finding[];
  readonly checked: readonly Checked[];
  readonly understood: Understood;
  /** What it was read with at all revisions, where that is not team-events.yml. */
  readonly fixed: Configuration | undefined;
  /** The whole catalogue as one step from the empty one: what `start: snapshot` is sent. */
  readonly snapshot: LogStep | undefined;
  /** Whether a path is one that its reading depends on. */
  readonly matches: (path: string) => boolean;
}

/** `fixed` is the configuration of the file `fixedPath`. */
export async function readCatalogueAt(
  repository: Repository,
  revision: string,
  fixed: { readonly path: string; readonly configuration: Configuration } | undefined,
  source: string,
): Promise<CatalogueAt> {
  const whole = {
    from: null,
    to: revision,
    reachable: await countReachable(repository, revision),
    consecutive: false,
  };
  const { walk, step, log } = await walkStep(repository, whole, fixed?.configuration, source);
  const { catalogue, configuration } = walk;
  const paths = step.step.changes.map(({ path }) => path);
  const hasFile = paths.includes(CONFIGURATION_FILE);
  const own = hasFile ? CONFIGURATION_FILE : undefined;
  const configurationPath = fixed?.path ?? own;
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
    fixed: fixed?.configuration,
    snapshot: log,
    matches: (path) => configuration.matches(path) || (path === CONFIGURATION_FILE && fixed === undefined),
  };
}

/** Files of the work tree that differ from HEAD, of those that `matches`. */
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
      const decoded = decode(blob);
      const yaml = decoded.ok ? parseYaml(decoded.text) : undefined;
      if (yaml?.ok !== true) continue;
      survey.add(path, yaml, blob.size, file?.problems.length === 0);
      for (const { node, message } of likeIds.get(path) ?? []) {
        survey.tell('look-alike-id', path, () => yaml.locate(node), message);
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
