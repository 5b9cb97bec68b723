/** Commands for people to copy: a shell takes them as they were meant, and they hold no credentials. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../../../src/reporters/commands/command-line.ts';

describe('a command line', () => {
  it.each([
    ['v1.2', 'v1.2'],
    ['HEAD~2', 'HEAD~2'],
    ['tag:team-events', 'tag:team-events'],
    ['a b', "'a b'"],
    ["it's", "'it'\\''s'"],
    ['$(x)', "'$(x)'"],
    ['~', "'~'"],
    ['', "''"],
  ])('quotes %j where a shell needs it', (word, quoted) => {
    expect(commandLine([word], {})).toBe(`team-events ${quoted}`);
    const told = execFileSync('sh', ['-c', `printf %s ${quoted}`], { encoding: 'utf8' });
    expect(told).toBe(word);
  });

  it('quotes what holds control characters as bash does, in one line', () => {
    const word = "it's\n::error::x\\n\u001b[31m\u009b\u202e";
    const command = commandLine([word], {});
    expect(command).toBe("team-events $'it\\'s\\n::error::x\\\\n\\u001b[31m\\u009b\\u202e'");
    const told = execFileSync('bash', ['-c', `printf %s ${command.slice('team-events '.length)}`], {
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
      encoding: 'utf8',
    });
    expect(told).toBe(word);
  });

  it('has the options that are given, and no credentials', () => {
    const options = {
      '-C': undefined,
      '--remote': 'https://ann:token@example.com/teams',
      '--allow-host': ['a.example', '10.0.0.0/8'],
      '--type': [],
      '--execute': true,
    } as const;
    expect(commandLine(['cursor', 'set'], options)).toBe(
      'team-events cursor set --remote https://example.com/teams --allow-host a.example --allow-host 10.0.0.0/8 --execute',
    );
  });
});
