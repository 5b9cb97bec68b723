/** Checks that git is new enough. */
import { UsageError } from '../../errors.ts';

/**
 * The oldest version that can be kept from reading other configuration (`GIT_CONFIG_GLOBAL`) and is tested: Ubuntu
 * 22.04 has it.
 */
export const LEAST_GIT = '2.34';

/** `told` is what git says of itself: `2.39.5`, `2.39.5 (Apple Git-154)`. @throws {UsageError} */
export function requireGit(told: string): void {
  const [, version = 'unknown', major, minor] = /^((\d+)\.(\d+)\S*)/.exec(told) ?? [];
  const [leastMajor = 0, leastMinor = 0] = LEAST_GIT.split('.').map(Number);
  const [found, least] = [Number(major) * 1000 + Number(minor), leastMajor * 1000 + leastMinor];
  if (found >= least) return;
  throw new UsageError(
    `team-events needs git ${LEAST_GIT} or newer; this is ${version}`,
    'Install a newer one, and see that it comes first in PATH.',
  );
}

/** The error if git cannot be started at all. */
export const noGit = (): UsageError =>
  new UsageError(
    'there is no git in PATH that can be started',
    `Install git ${LEAST_GIT} or newer, or name its folder in PATH.`,
  );
