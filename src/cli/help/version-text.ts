/** What `--version` prints: of the program, and of what it runs with. */
import { execFileSync } from 'node:child_process';
import { LEAST_GIT } from '../../adapters/git/git-version.ts';

const TIMEOUT_MS = 5000;

/** The first line is the version alone, for scripts. Git that is missing is no failure here. */
export const versionText = (version: string): string =>
  `${version}\nnode ${process.versions.node}\ngit ${gitVersion()}\n`;

function gitVersion(): string {
  try {
    const printed = execFileSync('git', ['version'], {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      stdio: 'pipe',
    });
    return (
      /^git version (\d\S*)/.exec(printed)?.[1] ?? `of no known version; ${LEAST_GIT} or newer is needed`
    );
  } catch {
    return `is not in PATH, or cannot be started; ${LEAST_GIT} or newer is needed`;
  }
}
