/** Mistakes in files that people write are told in words: where, what was expected, and what is there instead. */
import { describe, expect, it } from 'vitest';
import { policySchema } from '../../../../src/adapters/files/policy-file.ts';
import { parseCursorFile } from '../../../../src/adapters/cursor-stores/cursor-file.ts';
import { parseConfiguration } from '../../../../src/core/catalogue/configuration/configuration.ts';
import { readClients } from '../../../../src/core/clients/file/clients-file.ts';
import { parseCheckedFile } from '../../../../src/core/yaml/checked-file.ts';
import { placed } from '../../../../src/core/yaml/file-problem.ts';

/** Pairs of lines: the text of a file (a line break is written \n), and what is told of it. */
const pairs = (table: string): readonly (readonly [text: string, told: string])[] => {
  const lines = table.trim().split('\n');
  return lines.flatMap((line, index) =>
    index % 2 === 0 ? [[line.replaceAll(String.raw`\n`, '\n'), (lines[index + 1] ?? '').trim()]] : [],
  );
};

const CONFIGURATION = String.raw`
- teams
    1:1: expected a mapping of keys (version, source, catalogue); this is a list
teams
    1:1: expected a mapping of keys (version, source, catalogue); this is text
version: 2
    1:10: version: expected 1
version: "1"
    1:10: version: expected 1; this is text
source: 5
    1:9: source: expected a URI, such as https://example.com/teams; this is a number
catalogue:
    1:1: catalogue: expected a mapping of keys (files, layout, at, children, …); there is nothing here
catalogue:\n  files: 5
    2:10: catalogue.files: expected a glob or a list of globs, such as "a*" or ["a*", "!ab"]; this is a number
catalogue:\n  files:\n    - teams/*.yml\n    - 5
    4:7: catalogue.files[1]: expected text; this is a number: put it in quotes
catalogue:\n  name:
    2:3: catalogue.name: expected a key or a list of keys, such as [name, nom]; there is nothing here
catalogue:\n  members: { people: x }
    2:12: catalogue.members: expected a key or a list of keys, such as [name, nom]; this is a mapping of keys
catalogue:\n  members: [[people]]
    2:13: catalogue.members[0]: expected text; this is a list
catalogue:\n  id: {file}
    2:7: catalogue.id: expected a template in quotes, such as '{file}'; this is a mapping of keys
catalogue:\n  layout: lists
    2:11: catalogue.layout: expected auto, team, list or map; is it list?
catalogue:\n  layout: tree
    2:11: catalogue.layout: expected auto, team, list or map
catalogue:\n  authorEmail: yes
    2:16: catalogue.authorEmail: expected true or false; this is text
catalogue:\n  authorEmail: 1
    2:16: catalogue.authorEmail: expected true or false; this is a number
catalogs: {}
    1:11: catalogs: unknown key; is it "catalogue"?
policy: {}
    1:9: policy: unknown key; expected version, source, catalogue
`;

const CLIENTS = String.raw`
clients: groups
    1:10: clients: expected a list of clients, each with its name and its subscriptions; this is text
clients:
    1:1: clients: expected a list of clients, each with its name and its subscriptions; there is nothing here
clients: [groups]
    1:11: expected a mapping of keys (name, formerly, contact, start, …); this is text
clients: [{ name: groups }]
    1:11: subscriptions: this key is missing; expected a list of subscriptions, each with its event and its url
`;

/** Each line is a key of the client, in line 4. */
const CLIENT = String.raw`
paused: "true"
    4:13: paused: expected true or false; this is text
contact: 5
    4:14: contact: expected text; this is a number: put it in quotes
contact: ""
    4:14: contact: expected text; this is empty
contact: true
    4:14: contact: expected text; this is true: put it in quotes
secrets: hunter2
    4:14: secrets: expected a list of secrets, such as ["${'${SECRET}'}"]; this is text
secrets: [5]
    4:15: secrets[0]: expected text; this is a number: put it in quotes
headers: hunter2
    4:14: headers: expected a mapping of header names to texts, such as { X-Sender: teams }; this is text
headers: { X-Team: [a] }
    4:24: headers.X-Team: expected text; this is a list
timeout: 5
    4:14: timeout: expected a duration such as 10ms, 2s or 5m; this is a number
timeout: 5 minutes
    4:14: timeout: expected a duration such as 10ms, 2s or 5m
teams: [pay*, 7]
    4:19: teams[1]: expected text; this is a number: put it in quotes
format: cloud-events
    4:13: format: expected one of json, cloudevents, gitlab-pipeline, github-dispatch, slack; is it cloudevents?
skip: evt_1
    4:11: skip: expected a list of event ids, such as [evt_…]; this is text
`;

/** Each line is the keys of the only subscription, from line 4 on. */
const SUBSCRIPTION = String.raw`
event: team.create\n        url: https://example.com/hook
    4:16: subscriptions[0].event: expected one of TYPES; is it team.created?
event: created\n        url: https://example.com/hook
    4:16: subscriptions[0].event: expected one of TYPES
event: [team.created]\n        url: https://example.com/hook
    4:16: subscriptions[0].event: expected one of TYPES; this is a list
event: team.created
    4:9: subscriptions[0].url: this key is missing; expected text
event: team.created\n        url:
    5:9: subscriptions[0].url: expected text; there is nothing here
event: team.created\n        url: https://example.com/\n        done: 409
    6:15: subscriptions[0].done: expected a list of statuses, such as [201, 204]; this is a number
event: team.created\n        url: https://example.com/\n        done: [conflict]
    6:16: subscriptions[0].done[0]: expected a status such as 409, or { status: 409, body: "text" }; this is text
`.replaceAll('TYPES', 'team.created, team.modified, team.members.removed, team.members.added, team.deleted');

const POLICY = String.raw`
network: open
    1:10: network: expected a mapping of keys (allow, deny, only, http, …); this is text
network:\n  allow: 10.0.0.0/8
    2:10: network.allow: expected a list of hosts and CIDRs, such as [hooks.example.com, 10.0.0.0/8]; this is text
network:\n  allow: [10]
    2:11: network.allow[0]: expected a host or a CIDR, such as hooks.example.com or 10.0.0.0/8; this is a number
guard:\n  teams: "10"
    2:10: guard.teams: expected a whole number, such as 10; this is text
guard:\n  teams: 1.5
    2:10: guard.teams: expected a whole number, such as 10
guard:\n  teamsPercent: 10%
    2:17: guard.teamsPercent: expected a number from 0 to 100; this is text
delivery:\n  retryDelay: 5
    2:15: delivery.retryDelay: expected a duration such as 10ms, 2s or 5m; this is a number
cursor:\n  pushOptions: ci.skip
    2:16: cursor.pushOptions: expected a list of push options, such as [ci.skip]; this is text
cursor:\n  pushOptions: [5]
    2:17: cursor.pushOptions[0]: expected text; this is a number: put it in quotes
`;

const CURSORS = String.raw`
[]
    line 1, column 1: expected a mapping of keys (version, known, clients); this is a list
{}
    line 1, column 1: version: this key is missing; expected 1: another version of team-events has written this
{\n  "version": 1,\n  "clients": []\n}
    line 3, column 14: clients: expected a mapping of client names to cursors; this is a list
{\n  "version": 1,\n  "clients": {\n    "a": { "commit": 5 }\n  }\n}
    line 4, column 22: clients.a.commit: expected text; this is a number: put it in quotes
{\n  "version": 1,\n  "clients": {\n    "a": "8c1f"\n  }\n}
    line 4, column 10: clients.a: expected a mapping of keys (commit, step, held, lastEvent, …); this is text
{\n  "version": 1,\n  "clients": {\n    "a": { "commit": "8c1f" }\n  }\n}
    line 4, column 22: clients.a.commit: expected a full commit id: 40 or 64 hex digits
{\n  "version": 1,\n  "clients": {\n    "A": { "commit": "8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f8c1f" }\n  }\n}
    line 4, column 10: clients.A: this is not a client name
`;

describe('a mistake is told in words', () => {
  it.each(pairs(CONFIGURATION))('team-events.yml: %j', (text, told) => {
    const read = parseConfiguration(text);
    expect((read.ok ? [] : read.wrong).map((problem) => placed('F', problem))).toEqual([`F:${told}`]);
  });

  const HOOK = 'subscriptions: [{ event: team.created, url: "https://example.com/hook" }]';
  it.each([
    ...pairs(CLIENTS),
    ...pairs(CLIENT).map(
      ([key, told]) => [`clients:\n  - name: groups\n    ${HOOK}\n    ${key}\n`, told] as const,
    ),
    ...pairs(SUBSCRIPTION).map(
      ([keys, told]) => [`clients:\n  - name: groups\n    subscriptions:\n      - ${keys}\n`, told] as const,
    ),
  ])('clients.yml: %j', (text, told) => {
    const { problems, misconfigured } = readClients(text);
    const all = [...problems, ...misconfigured.flatMap((client) => client.problems)];
    expect(all.map((problem) => placed('F', problem))).toEqual([`F:${told}`]);
  });

  it.each(pairs(POLICY))('policy.yml: %j', (text, told) => {
    const read = parseCheckedFile(text, policySchema);
    expect((read.ok ? [] : read.wrong).map((problem) => placed('F', problem))).toEqual([`F:${told}`]);
  });

  it.each(pairs(CURSORS))('a cursor file: %j', (text, told) => {
    const { problem } = parseCursorFile(Buffer.from(text));
    expect(problem?.split('; line')[0]).toBe(told);
  });
});
