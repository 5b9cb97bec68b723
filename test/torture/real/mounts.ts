/** A folder that is a small disk, or read-only, for a while; only root may do that. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const HOW = {
  tmpfs: (folder: string) => ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder],
  'read-only': (folder: string) => ['--bind', '-o', 'ro', folder, folder],
} as const;

export async function mounted(
  how: keyof typeof HOW,
  folder: string,
  act: () => Promise<readonly string[]>,
): Promise<readonly string[] | 'skipped'> {
  try {
    execFileSync('mount', HOW[how](folder), { stdio: 'ignore' });
  } catch {
    return 'skipped';
  }
  try {
    return await act();
  } finally {
    execFileSync('umount', ['--lazy', folder]);
  }
}

/** All there is in a folder, with sizes and times. */
export const listFolder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => {
      const { size, mtimeMs, mode } = statSync(join(folder, path));
      return `${path} ${size} ${mtimeMs} ${mode}`;
    });
