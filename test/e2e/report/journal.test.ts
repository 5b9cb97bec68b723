/** `--journal`: what it holds of each attempt, and that it never hinders delivery. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JournalLine } from '../../../src/core/delivery/journal-line.ts';
import { tempFolder } from '../../support/sample-repo.ts';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createSite } from '../../support/sample-site.ts';

const SECRET = 'tr0ub4dor-and-3-horses';
const START = '    start: root\n';
const linesOf = (path: string): JournalLine[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalLine);

describe('--journal', () => {
  it('holds each attempt, in what words it was answered, and goes on in the next run', async () => {
    const journal = join(tempFolder(), 'journal.ndjson');
    let isDown = true;
    const good = await startReceiver((_, response) => {
      response.writeHead(200).end('{"message": "thanks\\nall"}');
    });
    const bad = await startReceiver(() => (isDown ? 503 : 204));
    const site = createSite('tag', clientOf('bad', bad.url, START) + clientOf('good', good.url, START));
    const first = await site.notify('--attempts', '2', '--journal', journal);
    expect(first).toMatchObject({ code: 3 });
    const lines = linesOf(journal);
    expect(lines).toHaveLength(good.requests.length + bad.requests.length);
    expect(lines.find(({ client }) => client === 'good')).toMatchObject({
      verdict: 'accepted',
      status: 200,
      answer: 'thanks all',
      place: expect.stringContaining('POST http://127.0.0.1'),
      event: expect.stringMatching(/^evt_/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(
      lines.filter(({ client }) => client === 'bad').map(({ status, verdict }) => `${status} ${verdict}`),
    ).toEqual(Array.from({ length: bad.requests.length }, () => '503 retry'));

    isDown = false;
    await site.notify('--journal', journal);
    expect(linesOf(journal).slice(0, lines.length)).toEqual(lines);
    expect(linesOf(journal)).toHaveLength(good.requests.length + bad.requests.length);
    const { code, stdout } = await teamEvents(['report', '--journal', journal]);
    expect(code).toBe(0);
    expect(stdout).toContain('all accepted');
  });

  it('holds no secret, though a receiver repeats it', async () => {
    const journal = join(tempFolder(), 'journal.ndjson');
    const echo = await startReceiver((_, response) => {
      response.writeHead(400).end(`no ${SECRET} here`);
    });
    const entry = clientOf('echo', `${echo.url}?key=\${KEY}`, START);
    const site = createSite('tag', entry);
    const args = [
      '-C',
      site.directory,
      '--from',
      'root',
      '--clients',
      site.clientsPath,
      '--allow-host',
      '127.0.0.1',
    ];
    const { code } = await teamEvents(['notify', ...args, '--journal', journal], {
      env: { TEAM_EVENTS_CLIENT_ECHO__KEY: SECRET },
    });
    expect(code).toBe(3);
    expect(echo.requests.length).toBeGreaterThan(0);
    expect(linesOf(journal)[0]?.answer).toMatch(/^no .* here$/);
    expect(readFileSync(journal, 'utf8')).not.toContain(SECRET);
  });

  it('is refused before anything is sent where it cannot be written', async () => {
    const good = await startReceiver();
    const site = createSite('tag', clientOf('good', good.url, START));
    const { code, stderr } = await site.notify('--journal', tempFolder());
    expect({ code, sent: good.requests.length }).toEqual({ code: 2, sent: 0 });
    expect(stderr).toContain('cannot write the journal');
  });

  it.runIf(existsSync('/dev/full'))('ends the run with 2 on a full disk, when all is delivered', async () => {
    const good = await startReceiver();
    const site = createSite('tag', clientOf('good', good.url, START));
    const { code, stderr } = await site.notify('--journal', '/dev/full');
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /its journal \/dev\/full could not be written: ENOSPC; attempts that are not in it: [1-9]/,
    );
    expect((await site.notify()).code).toBe(0);
  });
});
