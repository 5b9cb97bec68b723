/** `init --yes`: what it writes for a repository makes `check` green, and every team is read with its members. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { teamEvents } from '../../support/program.ts';
import { createRepo } from '../../support/sample-repo.ts';
import { SHAPES } from './shapes.ts';

describe('init', () => {
  it.each(SHAPES)('$name', async ({ files, catalogue, teams }) => {
    const repo = createRepo();
    repo.commit(files);
    const result = await teamEvents(['-C', repo.directory, 'init', '--yes', '--ci', 'none']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const path = join(repo.directory, 'team-events.yml');
    const written = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
    expect((parse(written ?? '{}') as { catalogue?: unknown }).catalogue).toEqual(catalogue);
    repo.commit({});

    const check = await teamEvents(['-C', repo.directory, 'check']);
    expect(check.stdout).toMatch(/✓ no error/);
    expect(check.code).toBe(0);
    const created = '--print-events --from root --squash --type team.created --format ndjson'.split(' ');
    const printed = await teamEvents(['-C', repo.directory, ...created]);
    const read = printed.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as TeamEvent).data.team)
      .map(({ id, members }) => `${id}: ${members.map((member) => member.id).join(', ')}`);
    expect(read).toEqual(teams);
    expect(result.stdout).toContain(`${teams.length} team`);
  });
});
