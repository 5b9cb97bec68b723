/** concourse/e2e/run.sh, on a stand-in for fly and Concourse: what it asks is right, so that a real one can say no. */
import { execFileSync, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { startReceiver } from '../support/receiver.ts';
import { tempFolder } from '../support/sample-repo.ts';
import { runResource } from './containers.ts';
import { startFly } from './fly.ts';
import { host, SSH_KEY } from './git-servers.ts';
import type { Resource } from './resources.ts';
import { createSite } from './sample-site.ts';
import { CONCOURSE, textOf } from './yaml-file.ts';

const SCRIPT = `${CONCOURSE}/e2e/run.sh`;

describe('e2e/run.sh', () => {
  it('says so and skips where there is no Concourse', () => {
    const env = { PATH: process.env['PATH'] };
    execFileSync('sh', ['-n', SCRIPT]);
    const said = execFileSync('sh', ['-c', `sh '${SCRIPT}' 2>&1`], { env, encoding: 'utf8' });
    expect(said).toBe('skipped: FLY_TARGET names no Concourse\n');
  });

  it('sets every var of the pipeline that the example leaves to the credential manager', () => {
    const secrets = ['team-events-git-key', 'team-events-secrets', 'webhook-token', 'gitlab-token'];
    for (const name of secrets) expect(textOf('e2e/run.sh')).toContain(`\n${name}: `);
  });

  it('passes on a Concourse', async () => {
    const site = createSite();
    const { bin, root } = site;
    host(root, 'platform/e2e');
    const source = {
      uri: 'git@gitlab.example.com:platform/e2e.git',
      branch: 'main',
      private_key: SSH_KEY,
    };
    const temp = tempFolder();
    const event: Resource = {
      latest: () => undefined,
      async get(version, folder) {
        const ended = await runResource(
          'in',
          { source, version: JSON.parse(version) as object },
          { bin, folder },
        );
        if (ended.code !== 0) throw new Error(ended.output);
      },
    };
    await startFly({
      bin,
      open: (config, vars) => site.pipeline('the pipeline', vars, config, { event }),
      checks: {
        async event(from) {
          const version = from === undefined ? undefined : (JSON.parse(from) as object);
          const ended = await runResource('check', { source, version }, { bin, temp });
          if (ended.code !== 0) throw new Error(ended.output);
          return (JSON.parse(ended.stdout) as object[]).map((one) => JSON.stringify(one));
        },
      },
    });
    const up = await startReceiver();
    const down = await startReceiver((_, __, count) => (count === 1 ? 400 : 503)); // the second build of it is aborted
    const key = join(tempFolder(), 'key');
    writeFileSync(key, SSH_KEY, { mode: 0o600 });
    const child = spawn('sh', [SCRIPT], {
      env: {
        PATH: `${bin}:${process.env['PATH']}`,
        HOME: '/nonexistent',
        TMPDIR: tempFolder(),
        FLY_TARGET: 'e2e',
        E2E_REPO: source.uri,
        E2E_KEY: key,
        E2E_IMAGE: 'platform/team-events',
        E2E_PROGRAM: 'git@gitlab.example.com:platform/team-events.git',
        E2E_UP: up.url,
        E2E_DOWN: down.url,
        E2E_POLICY:
          '{ network: { allow: [127.0.0.1] }, delivery: { attempts: 100, retryDelay: 100ms, giveUpAfter: 10m } }',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const said = (await Promise.all([text(child.stdout), text(child.stderr)])).join('');
    expect({ code: await ended, said }).toEqual({ code: 0, said: expect.stringMatching(/== all passed\n$/) });
  }, 300_000);
});
