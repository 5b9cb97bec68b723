/** docs/consumers.md and the OpenAPI document say what the program sends, and what it makes of answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WIRE_FORMATS } from '../../../src/core/clients/file/wire-format.ts';
import { CONSUMERS } from '../../support/consumer.ts';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createPipeline } from '../../support/sample-pipeline.ts';
import { team } from '../../support/sample-repo.ts';

const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');
const DOCS = read('docs/consumers.md');

interface Header {
  readonly required: boolean;
  readonly schema: { readonly pattern?: string; readonly const?: string };
}
interface OpenApi {
  readonly webhooks: Readonly<
    Record<string, { readonly post: { readonly responses: Record<string, unknown> } }>
  >;
  readonly components: {
    readonly parameters: Readonly<Record<string, Header>>;
    readonly responses: Readonly<
      Record<string, { readonly description: string; readonly headers?: unknown }>
    >;
  };
}
const { webhooks, components } = JSON.parse(read('schemas/openapi.json')) as OpenApi;

/** Attempts that the program makes where two are allowed, and whether it has delivered then, by the first words of an answer. */
const MEANINGS: Readonly<Record<string, readonly [attempts: number, delivered: boolean]>> = {
  Accepted: [1, true],
  'Not now': [2, false],
  Refused: [1, false],
  Gone: [1, false],
};

/** A status that none of the others names. */
const ANY: Readonly<Record<string, number>> = { '2XX': 202, '3XX': 307, '4XX': 418, '5XX': 502 };

describe('the OpenAPI document', () => {
  it('says what the program makes of each answer', async () => {
    const answers = Object.entries(components.responses).map(([key, { description }]) => ({
      key,
      status: ANY[key] ?? Number(key),
      meaning: MEANINGS[/^[^:]+/.exec(description)?.[0] ?? ''],
    }));
    for (const { post } of Object.values(webhooks)) {
      expect(Object.keys(post.responses).sort()).toEqual(answers.map(({ key }) => key).sort());
    }
    const receivers = await Promise.all(answers.map(({ status }) => startReceiver(() => status)));
    const pipeline = createPipeline('file');
    pipeline.clients(
      answers
        .map(({ status }, index) =>
          clientOf(`s${status}`, receivers[index]?.url ?? '', '    start: snapshot\n'),
        )
        .join(''),
    );
    pipeline.push({ 'teams/a.yml': team('a', []) });
    const { stdout } = await pipeline.run('--init', '--attempts', '2', '--give-up-after', '5s');
    const found = answers.map(({ key, status }, index) => [
      key,
      [Math.min(receivers[index]?.requests.length ?? 0, 2), stdout.includes(`✓ s${status} `)],
    ]);
    expect(found).toEqual(answers.map(({ key, meaning }) => [key, meaning]));
    expect(stdout).toMatch(/✗ s410 .*gone/);
  });

  it('names the headers that are sent, when they are, and of what shape', async () => {
    const receiver = await startReceiver();
    const pipeline = createPipeline('file');
    const env = { TEAM_EVENTS_CLIENT_ALL__KEY: `whsec_${Buffer.alloc(24, 1).toString('base64')}` };
    pipeline.clients(
      clientOf('all', receiver.url, "    secrets: ['${KEY}', '${KEY}']\n    start: snapshot\n"),
    );
    pipeline.push({ 'teams/a.yml': team('a', []), 'teams/b.yml': team('b', []) });
    expect(await pipeline.runWith({ env }, '--init')).toMatchObject({ code: 0 });
    const where = ['-C', pipeline.clone, '--clients', pipeline.clientsPath, '--allow-host', '127.0.0.1'];
    expect(await teamEvents(['replay', 'root..main', '--execute', ...where], { env })).toMatchObject({
      code: 0,
    });
    const ours = receiver.requests.map(({ headers }) =>
      Object.entries(headers).filter(([name]) => /^(?:webhook-|idempotency)/.test(name)),
    );
    expect(new Set(ours.flat().map(([name]) => name))).toEqual(new Set(Object.keys(components.parameters)));
    const wrong = ours.flatMap((entries) =>
      Object.entries(components.parameters).filter(([name, { required, schema }]) => {
        const value = new Map(entries).get(name)?.toString();
        if (value === undefined) return required;
        return !new RegExp(schema.pattern ?? `^${schema.const}$`).test(value);
      }),
    );
    expect(wrong).toEqual([]);
  });
});

describe('docs/consumers.md', () => {
  it('says the same of each answer as the OpenAPI document', () => {
    const rows = [...DOCS.matchAll(/^\| (\d(?:\d\d|xx)[^|]*?) *\| ([^|]+?) *\|$/gm)];
    const said = new Map(
      rows.flatMap(([, statuses = '', text = '']) =>
        [...statuses.matchAll(/[1-5](?:\d\d|xx)/g)].map(([status]) => [status.toUpperCase(), text] as const),
      ),
    );
    for (const [status, { description }] of Object.entries(components.responses)) {
      if (status === '4XX') continue; // any other
      const [words = ''] = /^[^:]+/.exec(description) ?? [];
      expect([status, said.get(status)]).toEqual([status, expect.stringMatching(new RegExp(words, 'i'))]);
    }
  });

  it('shows the receiver with Express as it is, and leads to every file', () => {
    const [, shown] = /```js\n([^]*?)```/.exec(DOCS) ?? [];
    expect(shown).toBe(readFileSync(join(CONSUMERS, 'express.mjs'), 'utf8'));
    const files = readdirSync(CONSUMERS).filter((name) => name !== '__pycache__');
    expect(files.filter((name) => !DOCS.includes(`(../examples/consumers/${name})`))).toEqual([]);
  });

  it('names commands and formats that are there', async () => {
    for (const [, command = ''] of DOCS.matchAll(/^team-events (schema \w+)/gm)) {
      expect(await teamEvents(command.split(' '))).toMatchObject({ code: 0 });
    }
    const lines = [...DOCS.matchAll(/team-events (send|status|check|cursor set)\b([^`\n]*)/g)];
    expect(new Set(lines.map(([, command]) => command)).size).toBe(4);
    for (const [, command = '', rest = ''] of lines) {
      const { stdout: help } = await teamEvents([...command.split(' '), '--help']);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(help).toContain(option);
    }
    for (const [, format] of DOCS.matchAll(/`format: ([a-z-]+)`/g)) expect(WIRE_FORMATS).toContain(format);
  });
});
