/** What those who install the package find in it, beside the program: the types of the events and the schemas. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { tempFolder } from '../../support/sample-repo.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** A project that has installed the package as npm packs it; its folder. */
function project(): string {
  const folder = tempFolder();
  execFileSync('npm', ['pack', '--silent', '--offline', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  const [archive = ''] = readdirSync(folder).filter((file) => file.endsWith('.tgz'));
  const installed = join(folder, 'node_modules/team-events');
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, archive), '-C', installed, '--strip-components=1']);
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  return folder;
}

const CONSUMER = `
import type { EventOf, EventType, Json, Member, TeamEvent } from 'team-events';
import type { Team } from 'team-events';

export function describe(event: TeamEvent): string {
  const { commit, file, impliedBy }: TeamEvent['data'] = event.data;
  const because: readonly EventType[] = impliedBy ?? [];
  const told: string = event.id + event.time + event.sequence + commit.title + file + because.join();
  switch (event.type) {
    case 'team.created':
    case 'team.deleted': {
      const team: Team = event.data.team;
      return team.name + team.members.map(({ id }) => id).join() + told;
    }
    case 'team.members.added':
      return event.data.added.map((member: Member) => member.id).join();
    case 'team.members.removed':
      return event.data.removed.map(({ id, ...others }) => id + String(others['role'])).join();
    case 'team.modified':
      return event.data.changes.map(({ field, from, to }): string => field + text(from) + text(to)).join();
    default: {
      const nothingElse: never = event;
      return nothingElse;
    }
  }
}

const text = (value: Json): string => JSON.stringify(value);

export const joined = ({ data }: EventOf<'team.members.added'>): number => data.added.length;

export function wrong(event: TeamEvent): void {
  // @ts-expect-error: only some types tell who joined
  event.data.added;
  // @ts-expect-error: there is no such type
  if (event.type === 'team.renamed') return;
  // @ts-expect-error: events are not changed
  event.id = '';
  // @ts-expect-error: there is no such key
  event.data.joined;
}
`;

it.each([
  ['modules of Node', 'consumer.ts', 'NodeNext', 'NodeNext'],
  ['CommonJS of Node', 'consumer.cts', 'NodeNext', 'NodeNext'],
  ['bundlers', 'consumer.ts', 'ESNext', 'Bundler'],
])('the package has the types of events, as %s look for them', (_, file, module, moduleResolution) => {
  const folder = project();
  writeFileSync(join(folder, file), CONSUMER);
  const [, shown = ''] =
    /```ts\n([^]*?)```/.exec(readFileSync(join(ROOT, 'docs/consumers.md'), 'utf8')) ?? [];
  expect(shown).toContain("from 'team-events'");
  writeFileSync(join(folder, 'shown.ts'), shown);
  const compilerOptions = {
    strict: true,
    target: 'ES2022',
    types: [],
    noEmit: true,
    module,
    moduleResolution,
  };
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: [file, 'shown.ts'] }),
  );
  const tsc = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['--project', folder], { encoding: 'utf8' });
  expect({ output: tsc.stdout + tsc.stderr, status: tsc.status }).toEqual({ output: '', status: 0 });
});

it('the package has the schemas by name, and nothing to run', () => {
  const script = `
    const schema = (await import('team-events/schemas/events.schema.json', { with: { type: 'json' } })).default;
    const api = await import('team-events').catch(({ code }) => code);
    console.log(JSON.stringify([Object.keys(schema.$defs)[0], api]));`;
  const run = spawnSync(process.execPath, ['--no-warnings', '--input-type=module', '--eval', script], {
    cwd: project(),
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual(['TeamCreated', 'ERR_PACKAGE_PATH_NOT_EXPORTED']);
});
