/** Which subscriptions of a client have one endpoint: only events of those go together in one request. */
import { describe, expect, it } from 'vitest';
import { parseClientsFile } from '../../../../../src/core/clients/file/clients-file.ts';
import { clientIn, clientText } from '../../../../support/sample-clients.ts';

const URL = 'url: "https://example.com/a"';

/** The batches of a client with a subscription for created teams, and one for deleted ones. */
function batchesOf(created: string, deleted: string, client = 'batch: step') {
  const { subscriptions } = clientIn(
    clientText(`name: a\n${client}\nsubscriptions:
  - { event: team.created, ${created} }
  - { event: team.deleted, ${deleted} }`),
  );
  return [subscriptions.get('team.created')?.batch, subscriptions.get('team.deleted')?.batch];
}

describe('subscriptions', () => {
  it.each([
    ['to the same url', URL, URL],
    [
      'to the same url with a variable',
      'url: "https://example.com/${PATH}"',
      'url: "https://example.com/${PATH}"',
    ],
    [
      'with headers in another order',
      `${URL}, headers: { a: "1", b: "2" }`,
      `${URL}, headers: { B: "2", A: "1" }`,
    ],
    ['for other teams', `${URL}, teams: ["x-*"]`, URL],
    ['of which one names the default', `${URL}, format: json, method: POST`, URL],
  ])('%s have one endpoint', (_, created, deleted) => {
    const [one, other] = batchesOf(created, deleted);
    expect(one).toEqual({ within: 'step', most: 100, mostBytes: 1024 * 1024 - 2 });
    expect(other).toBe(one);
  });

  it.each([
    ['to another url', 'url: "https://example.com/b"'],
    ['with another variable, whatever its value', 'url: "https://example.com/${A}"'],
    ['with a query', `${URL}, query: { a: "1" }`],
    ['by another method', `${URL}, method: PUT`],
    ['with a header', `${URL}, headers: { a: "1" }`],
    ['with a token of its own', `${URL}, auth: { bearer: "\${TOKEN}" }`],
    ['in another format', `${URL}, format: cloudevents`],
    ['that take other answers for done', `${URL}, done: [409]`],
    ['with another deadline', `${URL}, timeout: 1s`],
  ])('%s have not', (_, deleted) => {
    const [one, other] = batchesOf(URL, deleted);
    expect(one).toBeDefined();
    expect(other).toBeDefined();
    expect(other).not.toBe(one);
  });

  it('go one by one unless they or their client say batch: step', () => {
    expect(batchesOf(URL, URL, 'format: json')).toEqual([undefined, undefined]);
    expect(batchesOf(`${URL}, batch: step`, URL, 'format: json')).toEqual([expect.any(Object), undefined]);
    expect(batchesOf(`${URL}, batch: none`, URL)).toEqual([undefined, expect.any(Object)]);
  });

  it('with messages for a channel hold a whole step, however large', () => {
    expect(batchesOf(URL, URL, 'batch: step\nformat: slack')[0]).toMatchObject({
      most: Infinity,
      mostBytes: Infinity,
    });
  });
});

it('another word than none and step is a problem that names both', () => {
  const { misconfigured } = parseClientsFile(
    clientText(`name: a\nbatch: all\nsubscriptions: [{ event: team.created, ${URL} }]`),
    'clients.yml',
  );
  expect(misconfigured[0]?.problems).toEqual([
    expect.objectContaining({ line: 3, message: expect.stringContaining('expected none or step') as string }),
  ]);
});
