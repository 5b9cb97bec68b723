/** The same of what stands in cursors, and of what git servers, receivers, senders and the resource type's pipelines say. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { printable } from '../../../src/core/text/log-safe.ts';
import { startListener } from '../../support/listener.ts';
import {
  runAll,
  unsafeIn,
  LOCAL,
  NASTY,
  nastyClients,
  nastyReceiver,
  nastyRepo,
  quoted,
  WORDS,
} from '../../support/nasty.ts';
import { PROGRAM, type Result } from '../../support/program.ts';
import { startRawServer } from '../../support/raw-server.ts';
import { clientOf, clientsFile, startReceiver } from '../../support/receiver.ts';
import { createRemote } from '../../support/sample-remote.ts';
import { createRepo, tempFolder } from '../../support/sample-repo.ts';

const RESOURCE = join(PROGRAM, '../../dist/team-events-resource.cjs');
/** NASTY as one line of a tag's message, or a ref. */
const LINE = NASTY.replace(/[\n\r]/g, '').replace(/\u0000/g, '');

describe('what is in cursors', () => {
  it('is safe where a file holds it', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': 'id: a\n' });
    const commit = repo.commit({ 'teams/b.yml': 'id: b\n' });
    const at = ['-C', repo.directory, '--clients', clientsFile(clientOf('one', 'http://127.0.0.1:9'))];
    const cursor = (more: object): string =>
      JSON.stringify({ version: 1, known: ['one'], clients: { one: { commit, ...more } } });
    const event = `evt_${'0'.repeat(32)}`;
    const contents = [
      NASTY,
      `{"version":${quoted(NASTY)}}`,
      `{"version":1,"clients":{${quoted(NASTY)}:{}}}`,
      cursor({ [NASTY]: NASTY }),
      cursor({ commit: NASTY }),
      cursor({ run: NASTY, claim: { run: NASTY, until: '2126-01-05T09:00:00Z' } }),
      cursor({ claim: { run: NASTY, until: NASTY } }),
      cursor({ blocked: { event, status: NASTY, since: '2026-01-05T09:00:00Z' } }),
      cursor({ blocked: { event: NASTY, status: NASTY, since: NASTY } }),
      cursor({ lastEvent: NASTY }),
      JSON.stringify({ version: 1, known: [NASTY], clients: {} }),
    ];
    for (const content of contents) {
      const path = join(tempFolder(), 'cursors');
      writeFileSync(path, content);
      const store = [...at, '--cursor', `file:${path}`];
      const { unsafe } = await runAll([
        ['status', ...store],
        ['cursor', 'unlock', 'one', ...store],
      ]);
      expect(unsafe).toEqual([]);
    }
  });

  it('is safe where tags hold it, and a server refuses them with it', async () => {
    const remote = createRemote();
    const clone = remote.clone();
    const [commit = ''] = remote.commits;
    const tag = (name: string, message: string): void => {
      remote.git(
        '-c',
        'user.name=x',
        '-c',
        'user.email=x',
        'tag',
        '--force',
        '-a',
        '-m',
        message,
        name,
        commit,
      );
    };
    tag('te/one', `x\n\nRun: ${LINE}\nClaim: ${LINE} until 2126-01-05T09:00:00Z\nNonce: ${LINE}`);
    tag('te/two', `x\n\nBlocked: evt_${'0'.repeat(32)} ${LINE}\n${LINE}: ${LINE}`);
    remote.git('tag', `te/${LINE.replace(/[\u0000-\u0020\u007f:~^?*[\\]/g, '')}`, commit);
    const receiver = await startReceiver();
    const clients = clientsFile(
      ['one', 'two', 'three'].map((name) => clientOf(name, receiver.url, '    start: snapshot\n')).join(''),
    );
    const at = ['-C', clone, '--cursor', 'tag:te', '--clients', clients];
    const show = ['cursor', 'show', '-C', clone, '--cursor', 'tag:te'];
    remote.hook('update', `printf %s '${NASTY}' >&2; exit 1`);
    const { unsafe, results } = await runAll([
      ['status', ...at],
      ['status', ...at, '--format', 'json'],
      show,
      [...at, ...LOCAL],
      ['cursor', 'set', 'three', 'now', ...at, '--execute'],
    ]);
    expect(unsafe).toEqual([]);
    expect(results[3]?.stdout).toContain('pwned');
  });
});

describe('what a receiver answers', () => {
  it('is safe in all parts of it', async () => {
    const answers = [
      `HTTP/1.1 403 ${LINE}\r\ncontent-length: 0\r\n\r\n`,
      `HTTP/1.1 302 x\r\nlocation: ${LINE}\r\ncontent-length: 0\r\n\r\n`,
      `HTTP/1.1 302 x\r\nlocation: https://${WORDS}/${WORDS}\r\ncontent-length: 0\r\n\r\n`,
      `HTTP/1.1 503 x\r\nretry-after: ${LINE}\r\ncontent-type: ${LINE}\r\ncontent-length: 0\r\n\r\n`,
      `HTTP/1.1 403 x\r\n${LINE}: 1\r\n\r\n`,
      `${NASTY}\r\n\r\n`,
    ];
    let count = 0;
    const { port } = await startRawServer((socket) => socket.end(answers[count++] ?? ''));
    const send = [
      'send',
      '--to',
      `http://127.0.0.1:${port}/`,
      ...LOCAL,
      '--attempts',
      '1',
      '--type',
      'team.created',
    ];
    expect((await runAll(answers.map(() => send))).unsafe).toEqual([]);
    expect(count).toBe(answers.length);
  });
});

describe('what a sender sends to listen', () => {
  it.each(['text', 'ndjson'])('is safe in its output as %s', async (format) => {
    const bodies = [NASTY, `{"id":${quoted(NASTY)}}`, quoted(NASTY)];
    const event = {
      specversion: '1.0',
      id: NASTY,
      source: NASTY,
      type: NASTY,
      subject: NASTY,
      sequence: NASTY,
    };
    bodies.push(JSON.stringify({ ...event, data: { team: { id: NASTY }, added: [{ id: NASTY }] } }));
    bodies.push(
      JSON.stringify({
        ...event,
        type: 'team.members.added',
        data: { team: { id: WORDS }, added: [{ id: WORDS }] },
      }),
    );
    const listener = await startListener(['--format', format, '--count', String(bodies.length)]);
    const { port } = new URL(listener.url);
    const header = Buffer.from(LINE.replace(/[\u0000-\u001f\u007f]/g, ''));
    for (const body of bodies) {
      const bytes = Buffer.from(body);
      await new Promise<void>((resolve, reject) => {
        const socket = connect(Number(port), '127.0.0.1')
          .on('error', reject)
          .on('close', () => resolve());
        socket.write(`POST /::error::##[add-mask]e HTTP/1.1\r\nhost: x\r\nconnection: close\r\n`);
        for (const name of ['webhook-id', 'webhook-previous-id', 'webhook-timestamp', 'webhook-signature'])
          socket.write(Buffer.concat([Buffer.from(`${name}: `), header, Buffer.from('\r\n')]));
        socket.write(`content-length: ${bytes.length}\r\n\r\n`);
        socket.write(bytes);
        socket.resume();
      });
    }
    const { code, stdout, summary } = await listener.output();
    expect(code).toBe(0);
    expect(unsafeIn(stdout, summary)).toEqual([]);
    const told = format === 'ndjson' ? stdout.trim().split('\n') : [];
    const received = told.map((line) => (JSON.parse(line) as { body: string }).body);
    expect(received).toEqual(format === 'ndjson' ? bodies : []);
  });
});

describe('the resource type', () => {
  const run = (script: string, request: object | string, folder = tempFolder()): Result => {
    const input = typeof request === 'string' ? request : JSON.stringify(request);
    const { status, stdout, stderr } = spawnSync(process.execPath, [RESOURCE, script, folder], {
      env: { PATH: process.env['PATH'] },
      input,
      encoding: 'utf8',
    });
    expect([script, input, unsafeIn(stdout, stderr)]).toEqual([script, input, []]);
    expect(status).not.toBe(1);
    return { code: status, stdout, stderr };
  };

  it('is safe in what it says and writes', async () => {
    const repo = nastyRepo();
    const source = { uri: repo.directory, branch: 'main' };
    const versions = JSON.parse(run('check', { source, version: { commit: 'root' } }).stdout) as object[];
    expect(versions.length).toBeGreaterThan(3);
    for (const version of versions.slice(-3)) {
      const folder = tempFolder();
      const { metadata } = JSON.parse(run('in', { source, version }, folder).stdout) as {
        metadata: { value: string }[];
      };
      for (const { value } of metadata) expect(value).toBe(printable(value));
      const json = readdirSync(folder).filter((name) => name.endsWith('.json'));
      expect(unsafeIn(...json.map((name) => readFileSync(join(folder, name), 'utf8')))).toEqual([]);
    }
    const folder = tempFolder();
    writeFileSync(join(folder, 'clients.yml'), `clients:\n${nastyClients(await nastyReceiver())}`);
    for (const request of [
      NASTY,
      `{"source": ${quoted(NASTY)}}`,
      { source: { ...source, [NASTY]: NASTY } },
      { source: { uri: WORDS, branch: NASTY } },
      { source: { ...source, branch: NASTY } },
      { source: { ...source, config: { [NASTY]: NASTY } } },
      { source: { ...source, teams: NASTY, events: [NASTY] } },
      { source, version: { commit: NASTY, event: NASTY } },
      { source, params: { clients: 'clients.yml', [NASTY]: NASTY } },
      { source, params: { clients: NASTY } },
      {
        source,
        params: { clients: 'clients.yml', client: NASTY, cursor: `tag:${NASTY}`, policy: { [NASTY]: NASTY } },
      },
      { source, params: { clients: 'clients.yml', init: true } },
    ]) {
      run(JSON.stringify(request).includes('"params"') ? 'out' : 'check', request, folder);
    }
  });
});
