/** What is to be done by hand after `init`, in order. */
import { CLIENTS_FILE } from '../../adapters/files/clients-on-disk.ts';
import { CONFIGURATION_FILE } from '../../core/catalogue/configuration/configuration.ts';
import { parseUrl } from '../../core/text/parse-url.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import { commandLine, type CommandOptions } from '../../reporters/commands/command-line.ts';
import type { InitReport } from './init-report.ts';
import { CI_KINDS } from './written/ci-choice.ts';
import type { CiFile } from './written/ci-file.ts';

interface Given {
  readonly catalogue: InitReport['catalogue'];
  readonly files: InitReport['files'];
  readonly ci: CiFile | undefined;
  /** Whether no CI is wanted. */
  readonly isNone: boolean;
  readonly bare: boolean;
  /** Whether the first client is paused, having no url. */
  readonly isPaused: boolean;
}

interface Asked {
  readonly repo: string;
  readonly ci: string | undefined;
  readonly files: readonly string[];
  readonly url: string | undefined;
}

export function nextSteps(
  { catalogue, files, ci, isNone, bare, isPaused }: Given,
  asked: Asked,
): readonly string[] {
  const repo = asked.repo === '.' ? undefined : asked.repo;
  const again = (options: { readonly ci?: string; readonly files?: readonly string[] }): string =>
    commandLine(['init'], {
      '-C': repo,
      '--ci': options.ci ?? asked.ci,
      '--files': options.files ?? asked.files,
      '--url': asked.url,
      '--yes': true,
    });
  const unwritten = files.filter(({ state }) => state === 'planned');
  const written = files.filter(({ state }) => state === 'written').map(({ path }) => path);
  const git = `git${repo === undefined ? '' : ` -C ${shellWord(repo)}`}`;
  const steps: string[] = [];
  if (bare) steps.push('a bare repository has no work tree: put these files into a clone of it');
  else if (unwritten.length > 0) steps.push(`write them: ${again({})}`);
  if (ci === undefined && !isNone)
    steps.push(`nothing shows which CI runs here; name it: ${again({ ci: CI_KINDS.join('|') })}`);
  if (catalogue !== 'own') {
    for (const { globs, teams } of catalogue.others)
      steps.push(
        `if the ${teams} teams of ${globs.slice(0, 3).join(', ')} are meant: ${again({ files: globs.slice(0, 3) })}`,
      );
    if (catalogue.problems > 0)
      steps.push('mend the files that check names; until then each keeps its last valid content');
  }
  if (unwritten.length > 0) return steps;
  if (ci !== undefined && written.includes(ci.path)) steps.push(...ci.fillIn);
  if (written.length > 0)
    steps.push(
      `${git} add ${written.map(shellWord).join(' ')} && ${git} commit -m 'Tell what changes in the teams'`,
    );
  steps.push(
    `see that all is right: ${commandLine(['check'], { '-C': repo })}` +
      (written.includes(CONFIGURATION_FILE) ? '  (it reads what is committed)' : ''),
    `see what the last change would send: ${commandLine([], { '-C': repo, '--print-events': true })}`,
  );
  if (written.includes(CLIENTS_FILE) && isPaused)
    steps.push(`put the url of a receiver into ${CLIENTS_FILE}, and take out its line paused`);
  if (ci !== undefined) steps.push(...ci.next);
  else {
    const run = (options: CommandOptions): string =>
      commandLine([], { '-C': repo, ...options, '--allow-host': hostToAllow(asked.url) });
    steps.push(
      `send all that has happened so far, to try it: ${run({ '--from': 'root' })}`,
      `the first run, once, from which on every client gets each change: ${run({ '--cursor': 'tag:team-events', '--init': true })}`,
    );
  }
  return steps;
}

/** The host of a receiver that may only be reached if that is allowed. */
function hostToAllow(url: string | undefined): string | undefined {
  const parsed = url === undefined ? undefined : parseUrl(url);
  return parsed?.protocol === 'http:' ? parsed.hostname.replace(/^\[|\]$/g, '') : undefined;
}
