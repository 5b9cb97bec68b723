/** Delivered, pending, skipped and filtered are all events of the range, also of a client that gets nothing. */
import { describe, expect, it } from 'vitest';
import { parseClientsFile } from '../../../../src/core/clients/file/clients-file.ts';
import { unservedResult } from '../../../../src/run/lanes/unserved-result.ts';
import type { ClientState } from '../../../../src/core/clients/client-state.ts';
import { clientIn } from '../../../support/sample-clients.ts';
import { eventsBetween, logOf, team, teams } from '../../../support/sample-teams.ts';

const ALL = (): boolean => true;
const events = eventsBetween(teams(), teams(team('a'), team('b'), team('c')));
const log = logOf([events]);
const [first] = events;

describe('the result of a client that gets nothing', () => {
  const client = clientIn(
    `clients: [{name: one, skip: [${first?.id}], subscriptions: [{event: team.created, url: "https://example.com"}]}]`,
  );
  const misconfigured: ClientState = {
    kind: 'misconfigured',
    problems: [{ line: 1, column: 1, message: 'the variable TOKEN is not set' }],
  };

  it.each([
    [misconfigured, 'misconfigured', 'line 1: the variable TOKEN is not set'],
    [{ kind: 'removed' } as const, 'removed', undefined],
  ])('tells what is skipped, where its entry can be read: %j', (state, status, message) => {
    const result = unservedResult(client, state, log, ALL);
    expect(result).toMatchObject({ status, delivered: 0, pending: 2, skipped: 1 });
    expect(result.problem?.message).toBe(message);
    expect(result.pending + result.skipped + result.filtered).toBe(events.length);
  });

  it('counts all as pending where its entry cannot be read', () => {
    const [entry] = parseClientsFile('clients: [{name: one, subscriptions: 7}]', 'clients.yml').misconfigured;
    if (entry === undefined) throw new Error('it can be read');
    const counts = { pending: events.length, skipped: 0, filtered: 0 };
    expect(unservedResult(entry, undefined, log, ALL)).toMatchObject({ status: 'misconfigured', ...counts });
  });
});
