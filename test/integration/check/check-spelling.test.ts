/** `check` warns of names that look like one though they are two, each with its place; the events are as they were. */
import { describe, expect, it } from 'vitest';
import { brief, printedEvents, teamEvents } from '../../support/program.ts';
import { createRepo, type SampleRepo } from '../../support/sample-repo.ts';

async function warnings(repo: SampleRepo): Promise<string[]> {
  const { code, stdout } = await teamEvents(['check', '-C', repo.directory]);
  expect(code).toBe(0);
  return stdout.split('\n').filter((line) => line.includes(': warning: '));
}

describe('names that look like one', () => {
  it('are told for the members of a team', async () => {
    const repo = createRepo();
    repo.commit({
      'teams/a.yml': 'members: [Alice.Doe, alice.doe, bob]\n',
      'teams/b.yml': 'members:\n  - bob\n  - "bob "\nmembres:\n  - bob\u200b\n  - { login: ＢＯＢ }\n',
      'teams/c.yml': 'members: [Bob]\n',
    });
    expect(await warnings(repo)).toEqual([
      'teams/a.yml:1:22: warning: the member "alice.doe" differs from "Alice.Doe" only in upper and lower case: is it one person? [look-alike-member]',
      'teams/b.yml:3:5: warning: the member "bob " differs from "bob" only in blanks at the beginning or end: is it one person? [look-alike-member]',
      'teams/b.yml:5:5: warning: the member "bob\\u200b" differs from "bob" only in invisible characters: is it one person? [look-alike-member]',
      'teams/b.yml:6:5: warning: the member "ＢＯＢ" differs from "bob" only in compatibility forms of characters and upper and lower case: is it one person? [look-alike-member]',
    ]);
    repo.commit({ 'teams/a.yml': 'members: [alice.doe, bob]\n' });
    expect(brief(await printedEvents(repo.directory))).toEqual(['team.members.removed a']);
  });

  it('are not where the catalogue knows no case', async () => {
    const repo = createRepo();
    repo.commit({
      'team-events.yml': 'catalogue: { memberCase: insensitive }\n',
      'teams/a.yml': 'members: [Alice, alice]\n',
    });
    expect(await warnings(repo)).toEqual([]);
  });

  it('are told for the ids of teams, in one file and in two', async () => {
    const repo = createRepo();
    repo.commit({
      'teams/Pay.yml': 'name: P\n',
      'teams/all.yml': '- id: ops\n- id: OPS\n- id: pay\n',
    });
    expect(await warnings(repo)).toEqual([
      'teams/all.yml:1:3: warning: the id "ops" differs from "OPS" in teams/all.yml only in upper and lower case [look-alike-id]',
      'teams/all.yml:3:3: warning: the id "pay" differs from "Pay" in teams/Pay.yml only in upper and lower case [look-alike-id]',
    ]);
  });

  it('of which there are very many are told, then counted', async () => {
    const repo = createRepo();
    const members = Array.from({ length: 250 }, (_, index) => `m${index}, M${index}`).join(', ');
    repo.commit({ 'teams/a.yml': `members: [${members}]\n` });
    const told = await warnings(repo);
    expect(told).toHaveLength(201);
    expect(told[0]).toContain('50 more such findings from here on');
  });
});
