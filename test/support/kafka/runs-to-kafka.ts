/** Runs of the program that send to a Kafka on this machine. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TeamEvent } from '../../../src/core/events/team-event.ts';
import { printedEvents } from '../program.ts';
import { tempFolder } from '../sample-repo.ts';

const TYPES = '[team.created, team.modified, team.members.removed, team.members.added, team.deleted]';

/** A clients file with one client, `stream`, that gets everything; `more`: lines of its entry. */
export function kafkaClients(kafka: string, ...more: readonly string[]): string {
  const path = join(tempFolder(), 'clients.yml');
  const lines = [
    '- name: stream',
    `  kafka: ${kafka}`,
    ...more.map((line) => `  ${line}`),
    `  subscriptions: [{ events: ${TYPES} }]`,
  ];
  writeFileSync(path, ['clients:', ...lines, ''].join('\n'));
  return path;
}

export const plainKafka = (address: string, topic: string): string =>
  `{ brokers: ["${address}"], topic: ${topic}, tls: false }`;

/** The arguments of a run that retries soon, and takes away what it finds gone. */
export const toKafka = (repo: string, clients: string, ...args: readonly string[]): string[] => [
  '-C',
  repo,
  '--clients',
  clients,
  '--allow-host',
  '127.0.0.1',
  '--retry-delay',
  '10ms',
  '--allow-removals',
  'HEAD',
  ...args,
];

/** What a client that subscribes to everything is sent: nothing that another event of the step implies. */
export async function dueEvents(repo: string, ...range: readonly string[]): Promise<TeamEvent[]> {
  const events = await printedEvents(repo, '--from', 'root', ...range);
  return events.filter(({ data }) => !('impliedBy' in data));
}
