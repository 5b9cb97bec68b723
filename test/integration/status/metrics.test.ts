/** Figures for monitoring: what `status` and `check` print, what the examples ask for, and Prometheus's own judgement of both. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createSite } from '../../support/sample-site.ts';

const EXAMPLES = fileURLToPath(new URL('../../../examples/monitoring/', import.meta.url));
const hasPromtool = spawnSync('promtool', ['--version']).status === 0;
const promtool = (
  args: readonly string[],
  input = '',
): { readonly status: number | null; readonly said: string } => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, said: stdout + stderr };
};

/** Of one client each: blocked, current, misconfigured, new. */
async function printed(): Promise<string> {
  const good = await startReceiver();
  const bad = await startReceiver(() => 400);
  const start = '    start: root\n';
  const site = createSite('tag', clientOf('bad', bad.url, start) + clientOf('good', good.url, start));
  await site.notify();
  site.setClients(
    clientOf('bad', bad.url, start) +
      clientOf('good', good.url, start) +
      clientOf('wrong', good.url, '    x: 1\n') +
      clientOf('fresh', good.url),
  );
  const status = await site.run('status', '--format', 'openmetrics');
  const check = await teamEvents([
    'check',
    '--format',
    'openmetrics',
    '-C',
    site.directory,
    '--clients',
    site.clientsPath,
  ]);
  expect(status).toMatchObject({ code: 0, stderr: '' });
  return `${status.stdout.replace('# EOF\n', '')}${check.stdout}`;
}
const namesIn = (text: string): Set<string> => new Set(text.match(/team_events_[a-z_]+/g));

describe('metrics', () => {
  it('say of each client its state, what is pending, since when, and whether it is blocked', async () => {
    const text = await printed();
    for (const line of [
      'team_events_status_exit_code 2',
      'team_events_client_state{client="bad",state="blocked"} 1',
      'team_events_client_state{client="good",state="current"} 1',
      'team_events_client_state{client="wrong",state="misconfigured"} 1',
      'team_events_client_state{client="fresh",state="new"} 1',
      'team_events_client_blocked{client="bad"} 1',
      'team_events_client_blocked{client="good"} 0',
      'team_events_client_pending_events{client="good"} 0',
      'team_events_client_behind_seconds{client="good"} 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).toMatch(/^team_events_client_pending_events\{client="bad"\} [1-9]/m);
    expect(text).toMatch(/^team_events_client_behind_seconds\{client="bad"\} \d/m);
    const ofBad = text.split('\n').filter((line) => line.includes('client="bad"'));
    expect(ofBad.length).toBeLessThanOrEqual(8);
  });

  it('are those that the examples ask for, and that their page names', async () => {
    const known = namesIn(await printed());
    const read = (file: string): Set<string> => namesIn(readFileSync(`${EXAMPLES}${file}`, 'utf8'));
    for (const file of ['alerts.yml', 'dashboard.json']) {
      expect([...read(file)].filter((name) => !known.has(name))).toEqual([]);
    }
    expect([...read('README.md')].sort()).toEqual([...known].sort());
  });
});

describe.runIf(hasPromtool)('promtool', () => {
  it('takes the metrics', async () => {
    expect(promtool(['check', 'metrics'], await printed())).toEqual({ status: 0, said: '' });
  });

  it('takes the rules', () => {
    expect(promtool(['check', 'rules', `${EXAMPLES}alerts.yml`])).toMatchObject({ status: 0 });
  });
});
