/** docs/catalogues.md says what the code does: every sample is told by the program, every key is one with its default. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_CONFIGURATION,
  parseConfiguration,
} from '../../../src/core/catalogue/configuration/configuration.ts';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { teamEvents, eventsOf } from '../../support/program.ts';
import { createRepo } from '../../support/sample-repo.ts';
import { configurationOf } from '../../support/sample-teams.ts';

const TEXT = readFileSync(fileURLToPath(new URL('../../../docs/catalogues.md', import.meta.url)), 'utf8');

/** Sections with sample files: a path in backquotes alone on its line, then its content. */
const SAMPLES = TEXT.split(/^## /m)
  .slice(1)
  .map((section) => ({
    title: section.slice(0, section.indexOf('\n')),
    files: Object.fromEntries(
      [...section.matchAll(/^`([^`\n]+)`\n\n```(?:yaml|json)\n([^]*?)```/gm)].map(
        ([, path = '', text = '']) => [path, text],
      ),
    ),
    teams: /^Teams:\n\n```text\n([^]*?)```/m.exec(section)?.[1],
  }))
  .filter(({ files }) => Object.keys(files).length > 0);

/** `id (name): members with their roles` */
function shown({ id, name, members }: TeamEvent['data']['team']): string {
  const people = members.map((member) => {
    const { roles } = member as { roles?: readonly string[] };
    return roles ? `${member.id} [${roles.join(', ')}]` : member.id;
  });
  return `${id} (${name}): ${people.join(', ') || 'nobody'}\n`;
}

describe('docs/catalogues.md', () => {
  it('has the catalogues that it should', () => {
    const titles = SAMPLES.map(({ title }) => title).join('\n');
    for (const kind of [
      'file per team',
      'folder per team',
      'list',
      'peribolos',
      'CLOWarden',
      'cf-mgmt',
      'JSON',
    ]) {
      expect(titles).toContain(kind);
    }
  });

  it.each(SAMPLES)('$title: gives the teams that it says', async ({ files, teams }) => {
    const repo = createRepo();
    repo.commit(files);
    const args = ['-C', repo.directory, '--print-events', '--from', 'root', '--format', 'ndjson'];
    const { code, stdout, stderr } = await teamEvents(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const created = eventsOf(stdout).filter(({ type }) => type === 'team.created');
    expect(created.map(({ data }) => shown(data.team)).join('')).toBe(teams);
  });

  it('lists every key, with its default', () => {
    const rows = [...TEXT.matchAll(/^\| `(\w+)` +\| `(.*?)` +\|/gm)].map(([, key = '', text = '']) => [
      key,
      text,
    ]);
    const made = [
      'source',
      'recognised',
      'nested',
      'idTemplate',
      'matches',
      'mayHold',
      'atAlone',
      'excludes',
    ];
    expect(new Set(rows.map(([key]) => key))).toEqual(
      new Set(Object.keys(DEFAULT_CONFIGURATION).filter((key) => !made.includes(key))),
    );
    for (const [key = '', text] of rows) {
      const { [key]: value } = configurationOf(`catalogue:\n  ${key}: ${text}`) as unknown as Record<
        string,
        unknown
      >;
      expect({ [key]: value }).toEqual({
        [key]: (DEFAULT_CONFIGURATION as unknown as Record<string, unknown>)[key],
      });
    }
    expect(parseConfiguration('catalogue:\n  any: 1').ok).toBe(false);
  });
});
