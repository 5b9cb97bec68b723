/**
 * What came from outside never begins a line of output and never carries a control character, nor what a CI system takes
 * for a command, wherever it stands and whatever prints it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  runAll,
  unsafeIn,
  file,
  LOCAL,
  NASTY,
  nastyClients,
  nastyReceiver,
  nastyRepo,
  problematic,
  quoted,
  subscribed,
  WORDS,
} from '../../support/nasty.ts';
import { eventsOf } from '../../support/program.ts';
import { clientOf, clientsFile } from '../../support/receiver.ts';
import { createRepo, tempFolder } from '../../support/sample-repo.ts';

describe('what is in teams, commits and clients', () => {
  it('is safe in all that a range prints', async () => {
    const repo = nastyRepo();
    const clients = clientsFile(nastyClients(await nastyReceiver()));
    const range = ['-C', repo.directory, '--from', 'root', '--clients', clients];
    const dry = [...range, '--print-events'];
    const report = join(tempFolder(), 'report.json');
    const { unsafe, results } = await runAll([
      [...dry, '--format', 'ndjson'],
      [...dry, '--format', 'json'],
      [...dry, '--color', 'always'],
      ['-C', repo.directory, '--from', 'HEAD~1', '--print-events', '--squash'],
      [...range, ...LOCAL, '--report', report],
      [...range, ...LOCAL, '--format', 'json'],
      [...range, ...LOCAL, '--format', 'ndjson'],
      ['replay', 'root..HEAD', '-C', repo.directory, '--clients', clients],
      ['replay', 'root..HEAD', '-C', repo.directory, '--clients', clients, ...LOCAL, '--execute'],
    ]);
    expect(unsafe).toEqual([]);
    const [ndjson, json, text, , ran] = results;
    const events = eventsOf(ndjson?.stdout ?? '');
    expect(events.map(({ data }) => data.team.attributes['note'])).toContain(NASTY);
    expect(JSON.parse(json?.stdout ?? '')).toMatchObject({ events });
    expect(text?.stdout).toContain('\u001b[1m');
    expect(ran?.stdout).toContain('served');
    expect(unsafeIn(readFileSync(report, 'utf8'))).toEqual([]);
  });

  it('is safe in all that is told of cursors', async () => {
    const repo = nastyRepo();
    const clients = clientsFile(nastyClients(await nastyReceiver()));
    const at = ['-C', repo.directory, '--cursor', `file:${join(tempFolder(), 'cursors')}`];
    const run = [...at, '--clients', clients];
    const { unsafe } = await runAll([
      run,
      [...run, '--print-events', '--init'],
      [...run, ...LOCAL, '--init'],
      ['status', ...run],
      ['status', ...run, '--format', 'json'],
      ['cursor', 'show', ...at],
      ['cursor', 'show', ...at, '--format', 'json'],
      ['cursor', 'set', 'served', 'now', ...run],
      ['cursor', 'set', NASTY, 'now', ...run],
      ['cursor', 'unlock', NASTY, ...run],
    ]);
    expect(unsafe).toEqual([]);
  });

  it.each(['text', 'json', 'junit', 'gitlab'])('is safe in what check prints as %s', async (format) => {
    const repo = nastyRepo();
    repo.git('branch', 'base', 'HEAD~1');
    repo.write({ [`teams/::new${NASTY}.yml`]: 'id: new\n' });
    const check = [
      'check',
      '-C',
      repo.directory,
      '--clients',
      clientsFile(nastyClients('http://127.0.0.1:9')),
    ];
    const { unsafe, results } = await runAll([
      [...check, '--format', format],
      [...check, '--format', format, '--base', 'base', '--color', 'always'],
    ]);
    expect(unsafe).toEqual([]);
    const isJson = ['json', 'gitlab'].includes(format);
    expect(isJson ? JSON.parse(results[0]?.stdout ?? '') : {}).toBeTypeOf('object');
  });

  it('is safe where it makes a whole file unusable', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': 'id: a\n', 'team-events.yml': `version: 1\n${quoted(NASTY)}: 1\n` });
    const files = [
      `${quoted(NASTY)}: 1\nclients: []\n`,
      `clients: [\n  ${NASTY}: {\n`,
      `clients: ${quoted(NASTY)}\n`,
      `clients: []\nx: *${NASTY}\n`,
      problematic('a', subscribed('')).repeat(2).replace(/^/, 'clients:\n'),
    ].map((text) => file(text));
    const range = ['-C', repo.directory, '--from', 'root'];
    const { unsafe } = await runAll([
      ...files.map((path) => [...range, '--clients', path]),
      ...files.slice(0, 2).flatMap((path) => [
        ['check', '-C', repo.directory, '--clients', path],
        [...range, '--print-events', '--config', path],
        [...range, '--policy', path],
      ]),
      ['check', '-C', repo.directory],
    ]);
    expect(unsafe).toEqual([]);
  });
});

describe('what is in a command line', () => {
  it('is safe in what is said of it', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': 'id: a\n' });
    const clients = clientsFile(clientOf('one', 'http://127.0.0.1:9'));
    const at = ['-C', repo.directory, '--clients', clients];
    const print = [...at, '--print-events'];
    const { unsafe } = await runAll([
      [NASTY],
      [`--${NASTY}`],
      ['--from', NASTY, ...print],
      ['--from', WORDS, ...print],
      [`${WORDS}..HEAD`, ...print],
      ['--from', 'root', '--client', NASTY, ...print],
      ['--from', 'root', '--type', NASTY, ...print],
      ['--format', NASTY, ...print],
      ['--cursor', NASTY, ...at],
      ['--cursor', `tag:${NASTY}`, ...at],
      ['--cursor', `file:${NASTY}/x`, ...at],
      ['--cursor', 'tag:te', '--branch', NASTY, ...at],
      ['-C', NASTY, '--print-events'],
      ['--from', 'root', '-C', repo.directory, '--clients', NASTY],
      ['--from', 'root', ...at, '--report', `${NASTY}/x`],
      ['--from', 'root', ...at, '--allow-host', NASTY],
      ['send', '--to', NASTY],
      ['send', '--to', 'http://127.0.0.1:9', '--file', file(`{${NASTY}\n${quoted(NASTY)}\n`)],
      ['schema', NASTY],
      ['check', '-C', repo.directory, '--base', NASTY],
    ]);
    expect(unsafe).toEqual([]);
  });
});
