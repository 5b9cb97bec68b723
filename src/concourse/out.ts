/** `out`: a run for all clients with cursors, using the artifacts of a build. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { resolveCommit } from '../adapters/git/history/resolve-commit.ts';
import { withBranchClone } from '../adapters/git/remote/branch-clone.ts';
import { makePrivateFolder, removePrivateFolder } from '../adapters/process/private-folder.ts';
import type { RunContext } from '../adapters/process/run-context.ts';
import { secretsIn } from '../adapters/process/secrets/environment-secrets.ts';
import { MAX_DURATION_MS } from '../adapters/process/stop-signal.ts';
import { createConsole } from '../adapters/process/terminal/console.ts';
import { notify } from '../commands/notify/index.ts';
import { DEFAULT_CLAIM_MS } from '../core/cursor/claim.ts';
import { printable } from '../core/text/log-safe.ts';
import { EXIT, type ExitCode } from '../errors.ts';
import type { NotifyOptions } from '../run/run-options.ts';
import type { RunReport } from '../core/delivery/run-report.ts';
import { buildUrl } from './build-url.ts';
import { newestVersion } from './check.ts';
import type { MetadataField } from './event-files.ts';
import type { OutParams, Source } from './request.ts';
import { readingOf, remoteBranch } from './source-access.ts';

/**
 * Runs notify; `folder` holds the artifacts. If the run's exit code is not 0, the put fails with it and gives no
 * version.
 */
export async function putEvents(
  folder: string,
  { source, params }: { readonly source: Source; readonly params: OutParams },
  context: RunContext,
): Promise<ExitCode> {
  const { console, redactor, stop } = context;
  const remote = remoteBranch(source, context);
  const run = buildUrl(context.environment);
  const { secrets } = params;
  const given = {
    ...(run !== undefined && { TEAM_EVENTS_RUN: run }),
    ...(secrets !== undefined && {
      TEAM_EVENTS_SECRETS: typeof secrets === 'string' ? secrets : JSON.stringify(secrets),
    }),
  };
  redactor.add(secretsIn(given));
  const environment = { ...remote.environment, ...given };
  // The run's output is for people here, so it goes to stderr: stdout belongs to Concourse.
  const streams = { stdout: process.stderr, stderr: process.stderr };
  const forPeople = createConsole(streams, environment, 'auto', redactor, stop.stopping);
  const files = makePrivateFolder();
  try {
    return await withBranchClone(remote, async ({ repository }) => {
      const options = notifyOptions(repository.directory, folder, files, source, params);
      const code = await notify(options, { ...context, environment, console: forPeople });
      if (code !== EXIT.done) return code;
      const to = await resolveCommit(repository, 'HEAD');
      const [version = { commit: to }] = await newestVersion(source, readingOf(repository, source, stop), to);
      const metadata = reportMetadata(readReport(files), run);
      await console.print(`${JSON.stringify({ version, metadata })}\n`);
      return EXIT.done;
    });
  } finally {
    removePrivateFolder(files);
  }
}

const REPORT = 'report.json';
const readReport = (files: string): RunReport =>
  JSON.parse(readFileSync(join(files, REPORT), 'utf8')) as RunReport;

function notifyOptions(
  clone: string,
  artifacts: string,
  files: string,
  { branch, config, on_rewrite: onRewrite }: Source,
  { clients, policy, cursor, init, client, allow_removals: allowRemovals }: OutParams,
): NotifyOptions {
  const written = (name: string, value: object): string => {
    writeFileSync(join(files, name), JSON.stringify(value, null, 2));
    return join(files, name);
  };
  return {
    repo: clone,
    cursor,
    branch,
    init,
    client,
    allowRemovals,
    clients: resolve(artifacts, clients),
    policy: typeof policy === 'object' ? written('policy', policy) : policy && resolve(artifacts, policy),
    config: config && written('source.config', config),
    report: join(files, REPORT),
    journal: undefined,
    format: 'text',
    all: false,
    printEvents: false,
    range: undefined,
    from: undefined,
    to: undefined,
    isFlag: () => false,
    remote: undefined,
    type: [],
    team: [],
    squash: false,
    onRewrite,
    allowHost: [],
    claimFor: DEFAULT_CLAIM_MS,
    maxDuration: MAX_DURATION_MS,
    lateAfter: undefined,
  };
}

/** The commit and the run, and a line for each client. */
function reportMetadata({ to, clients }: RunReport, run: string | undefined): readonly MetadataField[] {
  return [
    { name: 'commit', value: to },
    ...(run === undefined ? [] : [{ name: 'run', value: run }]),
    ...clients.map(({ client, status, delivered, pending, skipped }) => ({
      name: client,
      value: printable(
        [
          `${delivered} delivered`,
          ...(pending > 0 ? [`${pending} pending`] : []),
          ...(skipped > 0 ? [`${skipped} skipped`] : []),
          ...(status === 'done' ? [] : [status]),
        ].join(', '),
      ),
    })),
  ];
}
