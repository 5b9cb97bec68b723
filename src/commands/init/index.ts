/** `team-events init`: looks at the repository, and writes the smallest files with which a run works. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENTS_FILE } from '../../adapters/files/clients-on-disk.ts';
import { ownFileProblem, readTextFile } from '../../adapters/files/read-file.ts';
import { existsAlready, writeNewFile } from '../../adapters/files/write-file.ts';
import { openRepository, type Repository } from '../../adapters/git/clone/repository.ts';
import { createHistorySource } from '../../adapters/git/history/history.ts';
import { resolveCommit } from '../../adapters/git/history/resolve-commit.ts';
import { settingOf } from '../../adapters/git/settings.ts';
import { sourceOfUrl } from '../../adapters/git/source-uri.ts';
import type { RunContext } from '../../adapters/process/run-context.ts';
import { redact } from '../../adapters/process/secrets/url-credentials.ts';
import { ask, canAsk } from '../../adapters/process/terminal/ask.ts';
import { CONFIGURATION_FILE } from '../../core/catalogue/configuration/configuration.ts';
import { urlProblem } from '../../core/clients/file/url-rules.ts';
import { EXIT, UsageError, type ExitCode } from '../../errors.ts';
import { callerOf } from '../../run/event-log/log-notes.ts';
import { findCatalogue } from './find-catalogue.ts';
import { INIT_REPORTERS, type InitFormat } from './formats/formats.ts';
import type { InitReport, PlannedFile } from './init-report.ts';
import { nextSteps } from './next-steps.ts';
import { CI_KINDS, chooseCi, type CiChoice, type CiKind } from './written/ci-choice.ts';
import { ciFile, type CiFile } from './written/ci-file.ts';
import { clientsText } from './written/clients-text.ts';
import { configurationText } from './written/configuration-text.ts';

/** As the command line declares them. */
export interface InitOptions {
  readonly repo: string;
  /** undefined: it is found out. */
  readonly ci: CiKind | 'none' | undefined;
  /** Globs of the files to look at; none for all. */
  readonly files: readonly string[];
  /** Of the receiver of the first client; undefined: the client is paused. */
  readonly url: string | undefined;
  readonly yes: boolean;
  readonly format: InitFormat;
}

/** Writes nothing without `--yes`, unless somebody at the terminal agrees. Never replaces a file. */
export async function init(options: InitOptions, context: RunContext): Promise<ExitCode> {
  const { console, stop } = context;
  if (options.url !== undefined) requireUrl(options.url);
  const repository = await openRepository(options.repo, callerOf(context));
  const revision = await resolveCommit(repository, 'HEAD');
  const { catalogue, paths } = await catalogueOf(repository, revision, options.files, stop.stopping);
  const origin = settingOf(repository.configuration, 'remote.origin.url');
  const isAsking = !options.yes && options.format === 'text' && !repository.bare && canAsk();
  const found = chosenCi(options.ci) ?? chooseCi(paths, origin && sourceOfUrl(origin));
  const ci = found ?? (options.ci === undefined && isAsking ? await askForCi(stop.stopping) : undefined);
  const isNewClient = isAsking && options.url === undefined && !isThere(repository, CLIENTS_FILE);
  const url = isNewClient ? await askForUrl(stop.stopping) : options.url;
  const facts = {
    version: context.version,
    branch: branchOf(await repository.git('symbolic-ref', '--quiet', 'HEAD').catch(() => '')),
    origin: origin && redact(origin),
    has: (path: string) => paths.includes(path) || isThere(repository, path),
    runsIt: (path: string) => textOf(repository, path).includes('team-events'),
  };
  const forCi = ci && options.ci !== 'none' ? ciFile(ci.kind, facts) : undefined;
  const planned = plannedFiles(repository, catalogue, clientsText(url), forCi);
  const report = (files: readonly PlannedFile[]): InitReport => ({
    revision,
    catalogue,
    ci: options.ci === 'none' ? undefined : ci,
    files,
    next: nextSteps(
      {
        catalogue,
        files,
        ci: forCi,
        isNone: options.ci === 'none',
        bare: repository.bare,
        isPaused: url === undefined,
      },
      options,
    ),
  });
  const show = await INIT_REPORTERS[options.format]();
  const missing = planned.filter(({ state }) => state === 'planned');
  if (isAsking && missing.length > 0) {
    console.note(
      show({ ...report(planned), next: [] }, console.noteStyle)
        .trimEnd()
        .split('\n'),
    );
    const answer = await ask(`Write ${missing.map(({ path }) => path).join(', ')}? [y/N] `, stop.stopping);
    if (!/^(?:y|yes|o|oui)$/i.test(answer)) {
      console.note('nothing was written');
      return EXIT.done;
    }
  }
  stop.stopping.throwIfAborted();
  const isWriting = (options.yes || isAsking) && !repository.bare;
  if (isWriting) for (const { path, text } of missing) writeNewFile(repository.root, path, text);
  const state = isWriting ? ('written' as const) : ('planned' as const);
  const files = planned.map((file) => (file.state === 'planned' ? { ...file, state } : file));
  await console.print(show(report(files), console.style));
  return EXIT.done;
}

/** A repository that has a configuration is left to it. */
async function catalogueOf(
  repository: Repository,
  revision: string,
  only: readonly string[],
  stop: AbortSignal,
): Promise<Pick<InitReport, 'catalogue'> & { readonly paths: readonly string[] }> {
  const isOwn =
    isThere(repository, CONFIGURATION_FILE) ||
    (await repository.git('ls-tree', '--name-only', revision, CONFIGURATION_FILE)).trim() !== '';
  if (!isOwn) return findCatalogue(repository, revision, only, stop);
  if (only.length > 0)
    throw new UsageError(
      `${CONFIGURATION_FILE} is there already, and --files is for a new one`,
      `Leave out --files, or move ${CONFIGURATION_FILE} away first.`,
    );
  const files = await createHistorySource(repository, stop).files(revision);
  return { catalogue: 'own', paths: files.map(({ path }) => path) };
}

const isThere = ({ root, bare }: Repository, path: string): boolean => !bare && existsAlready(root, path);

/** Of a regular file of the work tree; empty if there is none. */
function textOf({ root, bare }: Repository, path: string): string {
  const file = join(root, path);
  if (bare || !existsSync(file) || ownFileProblem(root, file) !== undefined) return '';
  return readTextFile(file, 'the CI file', 'Make it readable.');
}

const chosenCi = (kind: InitOptions['ci']): CiChoice | undefined =>
  kind === undefined || kind === 'none' ? undefined : { kind, because: '--ci' };

async function askForCi(stop: AbortSignal): Promise<CiChoice | undefined> {
  const answer = await ask(`Which CI runs for this repository? [${CI_KINDS.join(', ')}, none] `, stop);
  const kind = CI_KINDS.find((one) => one === answer.toLowerCase());
  return kind && { kind, because: 'your answer' };
}

async function askForUrl(stop: AbortSignal): Promise<string | undefined> {
  const answer = await ask('Where are events sent first? [a url; empty for later] ', stop);
  if (answer !== '') requireUrl(answer);
  return answer || undefined;
}

/** @throws {UsageError} which never repeats the url */
function requireUrl(url: string): void {
  if (url.includes('${')) return; // check reads it in the file
  const problem = url.includes('?') ? 'the url has a query, which may hold a secret' : urlProblem(url);
  if (problem === undefined) return;
  throw new UsageError(
    `the first receiver: ${problem}`,
    "Name https://host/path; or '${URL}', and set the variable TEAM_EVENTS_CLIENT_FIRST_CLIENT__URL.",
  );
}

const branchOf = (ref: string): string => /^refs\/heads\/(.+)$/.exec(ref.trim())?.[1] ?? 'main';

function plannedFiles(
  repository: Repository,
  catalogue: InitReport['catalogue'],
  clients: string,
  ci: CiFile | undefined,
): readonly PlannedFile[] {
  const configuration = catalogue === 'own' ? '' : configurationText(catalogue.settings);
  const wanted = [
    ...(configuration === undefined ? [] : [{ path: CONFIGURATION_FILE, text: configuration }]),
    { path: CLIENTS_FILE, text: clients },
    ...(ci === undefined ? [] : [ci]),
  ];
  return wanted.map(({ path, text }) => ({
    path,
    text,
    state: isThere(repository, path) || text === '' ? 'exists' : 'planned',
  }));
}
