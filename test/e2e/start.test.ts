/** The program starts from code compiled when it was built, and just as well without. */
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { PROGRAM } from '../support/program.ts';
import { tempFolder } from '../support/sample-repo.ts';

/** What V8 says of the code after a start: accepted (false), rejected (true), none (undefined). */
function start(bin: string): { readonly version: string; readonly rejected: string } {
  const tell = `process.on('exit', () => console.log(String(require(process.argv[1]).cachedDataRejected)))`;
  const preload = join(tempFolder(), 'tell.cjs');
  writeFileSync(preload, tell);
  const printed = execFileSync(process.execPath, ['--require', preload, bin, '--version'], {
    encoding: 'utf8',
  });
  const [version = '', rejected = ''] = printed.trim().split('\n');
  return { version, rejected };
}

it('starts from the compiled code, and the same where that is of another V8 or gone', () => {
  const folder = tempFolder();
  for (const part of ['bin', 'dist'])
    cpSync(join(dirname(PROGRAM), '..', part), join(folder, part), { recursive: true });
  const bin = join(folder, 'bin/team-events.js');
  const code = join(folder, 'dist/team-events.v8');
  const { version, rejected } = start(bin);
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(rejected).toBe('false');
  writeFileSync(code, 'of another V8');
  expect(start(bin)).toEqual({ version, rejected: 'true' });
  rmSync(code);
  expect(start(bin)).toEqual({ version, rejected: 'undefined' });
});
