/** A file that cannot be used names its faults, and the command that shows what is still wrong: whole, and right to paste. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { copied, teamEvents } from '../../support/program.ts';
import { clientOf } from '../../support/receiver.ts';
import { createPipeline } from '../../support/sample-pipeline.ts';
import { team } from '../../support/sample-repo.ts';

const FILES = {
  '--clients': `clients:\n${clientOf('one', 'https://a.example')}`,
  '--config': 'version: 1\n',
  '--policy': 'version: 1\n',
};
const BROKEN = {
  '--clients': 'clients:\n  - name: [half\n',
  '--config': 'version: 1\ncatalog: {}\n',
  '--policy': 'version: 1\nnetwork: { alow: [] }\n',
};
type Name = keyof typeof FILES;
const NAMES = Object.keys(FILES) as Name[];

describe('a file that cannot be used', () => {
  it.each([
    ['notify', '--print-events', NAMES],
    ['notify', '--from root', NAMES],
    ['replay', '--since 2026-01-01', NAMES],
    ['status', '', NAMES],
    ['explain', 'a', NAMES],
    ['cursor set', 'one now', NAMES],
    ['cursor unlock', 'one', ['--clients', '--policy']],
    ['doctor', '', ['--clients', '--policy']],
  ] as const)('%s %s: names the check of the files that were given', async (command, rest, names) => {
    const pipeline = createPipeline('file');
    pipeline.push({ 'teams/a.yml': team('a', []) });
    const paths = Object.fromEntries(names.map((name) => [name, join(pipeline.clone, '..', `x${name}`)]));
    const write = (texts: Readonly<Record<Name, string>>, name: Name): void =>
      writeFileSync(paths[name] ?? '', texts[name]);
    for (const name of names) write(FILES, name);
    const words = command.split(' ').concat(rest.split(' ').filter(Boolean), Object.entries(paths).flat());
    const store = /--from/.test(rest) ? [] : ['--cursor', pipeline.store];
    for (const name of names) {
      write(BROKEN, name);
      const { code, stdout, stderr } = await teamEvents(['-C', pipeline.clone, ...words, ...store]);
      const [, check] = /^ *(team-events check .*)$/m.exec(`${stdout}${stderr}`) ?? [];
      expect([name, code, check]).toEqual([
        name,
        2,
        `team-events check -C ${pipeline.clone} ${Object.entries(paths).flat().join(' ')}`,
      ]);
      expect((await copied(check ?? '')).code).toBe(2);
      write(FILES, name);
      expect((await copied(check ?? '')).code).toBe(0);
    }
  });
});
