/** The program starts from code compiled when it was built, and just as well without. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { PROGRAM } from '../../support/program.ts';
import { clientOf, clientsFile } from '../../support/receiver.ts';
import { createRepo, team, tempFolder } from '../../support/sample-repo.ts';

/** What V8 says of the code after a start: accepted (false), rejected (true), none (undefined). */
function start(
  bin: string,
  env?: NodeJS.ProcessEnv,
): { readonly version: string; readonly rejected: string } {
  const tell = `process.on('exit', () => console.log(String(require(process.argv[1]).script.cachedDataRejected)))`;
  const preload = join(tempFolder(), 'tell.cjs');
  writeFileSync(preload, tell);
  const printed = execFileSync(process.execPath, ['--require', preload, bin, '--version'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  const lines = printed.trim().split('\n');
  return { version: lines[0] ?? '', rejected: lines.at(-1) ?? '' };
}

function install(): { readonly bin: string; readonly bundle: string; readonly code: string } {
  const folder = tempFolder();
  for (const part of ['bin', 'dist'])
    cpSync(join(dirname(PROGRAM), '..', part), join(folder, part), { recursive: true });
  const at = (path: string): string => join(folder, path);
  return {
    bin: at('bin/team-events.js'),
    bundle: at('dist/team-events.cjs'),
    code: at('dist/team-events.v8'),
  };
}

it('starts from the compiled code, and the same where that is damaged or gone', () => {
  const { bin, code } = install();
  const { version, rejected } = start(bin);
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(rejected).toBe('false');
  const whole = readFileSync(code);
  const flipped = Buffer.from(whole).fill(0x5a, whole.length / 2, whole.length / 2 + 64);
  for (const damaged of [
    Buffer.from('of another V8'),
    Buffer.alloc(0),
    whole.subarray(0, 300_000),
    flipped,
  ]) {
    writeFileSync(code, damaged);
    expect(start(bin)).toEqual({ version, rejected: 'undefined' });
  }
  rmSync(code);
  expect(start(bin)).toEqual({ version, rejected: 'undefined' });
});

it('never runs the code of another bundle, of the same length either', () => {
  const { bin, bundle } = install();
  const { version } = start(bin);
  const other = version.replaceAll(/\d/g, '9');
  writeFileSync(bundle, readFileSync(bundle, 'utf8').replaceAll(`"${version}"`, `"${other}"`));
  expect(start(bin)).toEqual({ version: other, rejected: 'undefined' });
});

it.each([
  ['false', 'undefined'],
  ['off', 'undefined'],
  ['true', 'false'],
  ['', 'false'],
])('TEAM_EVENTS_COMPILED_CODE=%s', (value, rejected) => {
  expect(start(PROGRAM, { TEAM_EVENTS_COMPILED_CODE: value })).toMatchObject({ rejected });
});

it('loads nothing of the network for a dry run', () => {
  const repo = createRepo();
  repo.commit({ 'teams/a.yml': team('a', ['x']) });
  const clients = clientsFile(clientOf('one', 'https://hooks.example.com'));
  const preload = join(tempFolder(), 'tell.cjs');
  writeFileSync(
    preload,
    `process.on('exit', () => console.log('loaded ' + process.moduleLoadList.join(' ')))`,
  );
  const args = ['--require', preload, PROGRAM, '-C', repo.directory, '--print-events', '--clients', clients];
  const printed = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(printed).toContain('→ one');
  const loaded = printed.split('loaded ')[1]?.split(' NativeModule ') ?? [];
  expect(loaded).toContain('fs');
  for (const name of ['http', 'https', 'tls', 'dns']) expect(loaded).not.toContain(name);
});
