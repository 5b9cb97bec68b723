/**
 * The whole story on one machine: a teams repo with history, two receivers of which one is down, the dry run, a run
 * that reaches one of them, the cursor of the other that stays behind, the run that catches up, and what arrived.
 * Everything shown is the real program's; at the end the demo checks it.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual, styleText } from 'node:util';
import { git, makeTeamsRepo, TOLD } from './history.mjs';
import { parseLines, run, startReceiver } from './processes.mjs';

const LONGEST_MS = 30_000;

const MEMBERS = ['team.members.added', 'team.members.removed'];
const CLIENTS = [
  {
    name: 'gitlab-groups',
    wants: ['team.created', 'team.modified', ...MEMBERS, 'team.deleted'],
    respond: '200',
    refusals: 0,
  },
  { name: 'mailing-lists', wants: MEMBERS, respond: '503,503,200', refusals: 2 },
];

const coloured = process.stdout.isTTY && !process.env.NO_COLOR;
const paint = (format, text) => (coloured ? styleText(format, text) : text);
const colourChoice = coloured ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' };

const folder = mkdtempSync(join(tmpdir(), 'team-events-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
setTimeout(() => {
  console.error(`The demo is not done after ${LONGEST_MS / 1000} s; something hangs.`);
  process.exit(1);
}, LONGEST_MS).unref();

// ---------------------------------------------------------------------------------------------------------------

heading(
  'A teams repo',
  'The catalogue of teams is a git repository, so its history is the log of everything that happened to them.',
  'All of this lives in a temporary folder; after each $ stands the command that gives what is shown below it.',
);
const log = makeTeamsRepo(join(folder, 'teams-repo'));
command('git -C teams-repo log --oneline --decorate --reverse');
show(log);

heading(
  'Two clients',
  'gitlab-groups wants every type of event. mailing-lists wants joins and leaves only, and is down: it answers its',
  `first two requests with 503. Both begin at the tag \`${TOLD}\`. Both are \`team-events listen\`, and check what they get.`,
);
const secrets = CLIENTS.map(() => `whsec_${randomBytes(32).toString('base64')}`);
const receivers = await Promise.all(
  CLIENTS.map(({ respond }, index) =>
    startReceiver(['--respond', respond], {
      cwd: folder,
      env: { TEAM_EVENTS_LISTEN_SECRET: secrets[index] },
    }),
  ),
);
const clientsFile = `clients:\n${CLIENTS.map(({ name, wants }, index) => entry(name, wants, receivers[index].url)).join('')}`;
writeFileSync(join(folder, 'clients.yml'), clientsFile);
command('cat clients.yml');
show(clientsFile);

const range = ['-C', 'teams-repo', '--from', TOLD, '--to', 'main', '--clients', 'clients.yml'];

heading(
  'The dry run',
  `What happened since the tag \`${TOLD}\`, and who would be told (→). It sends nothing and needs no secret.`,
  'Nobody is told a thing twice, nobody misses one. The event of a new team holds its first members, so gitlab-groups',
  'is not told of them again; mailing-lists hears of them by an event of their own. To gitlab-groups a rename is one',
  'event with the new id; to mailing-lists, people who leave one list and join another.',
);
const dryRun = await teamEvents([...range, '--print-events']);

const pending = ['-C', 'teams-repo', '--cursor', 'tag:team-events', '--clients', 'clients.yml'];
const quickly = ['--allow-host', '127.0.0.1', '--attempts', '2', '--retry-delay', '200ms'];
const secretsOfClients = Object.fromEntries(
  CLIENTS.map(({ name }, index) => [secretVariable(name), secrets[index]]),
);

heading(
  'A run while one of them is down',
  'What is pending for each client, now for real. A git tag for each remembers how far it was told; --init lets them begin.',
  'The secrets come from the environment, each client can use its own only:',
  ...CLIENTS.map(({ name }) => `  ${secretVariable(name)}=whsec_…`),
  "A machine of one's own may be reached only where --allow-host says so; two attempts keep the demo short.",
);
const delivery = await teamEvents([...pending, '--init', ...quickly], secretsOfClients);

heading(
  'The tag that stays behind',
  'gitlab-groups has everything. The tag of mailing-lists is where it was: what comes after it is pending, for anyone to see.',
);
const behind = CLIENTS.map(({ name }) => {
  const args = ['log', '--oneline', `team-events/${name}..main`];
  command(`git -C teams-repo ${args.join(' ')}`);
  const commits = git(join(folder, 'teams-repo'), args);
  show(commits);
  return commits.split('\n').length - 1;
});

heading(
  'The next run',
  'It goes on where each client was. mailing-lists is back, and gets exactly what it missed.',
);
const catchingUp = await teamEvents([...pending, ...quickly], secretsOfClients);

heading('What arrived', 'Request by request, as the receivers saw it.');
const received = await Promise.all(receivers.map((receiver) => receiver.stop()));
for (const [index, { name }] of CLIENTS.entries()) {
  console.log(`${index > 0 ? '\n' : ''}  ${paint('bold', name)}`);
  for (const { number, status, body, check: order, signature } of received[index].requests) {
    const { type, subject, id } = JSON.parse(body);
    const answer = paint(status < 300 ? 'green' : 'red', String(status));
    const event = `${type} ${subject}`.padEnd(36);
    console.log(
      `  ${String(number).padStart(4)}  ${answer}  ${event}  ${id.slice(0, 12)}…  ${order.verdict.padEnd(8)}  signature ${signature}`,
    );
  }
}

heading('Checked', 'What arrived, against what the dry run prints with --format ndjson.');
const promised = await run([...range, '--print-events', '--format', 'ndjson'], { cwd: folder });
check('the run while one client was down ended with 3, everything else with 0', {
  actual: [dryRun, delivery, catchingUp, promised, ...received].map(({ exitCode }) => exitCode),
  expected: [0, 3, 0, 0, 0, 0],
});
check('only the tag of the client that was down stayed behind', {
  actual: behind.map((commits) => commits > 0),
  expected: [false, true],
});
const lines = promised.stdout.split('\n').slice(0, -1);
for (const [index, { name, wants, refusals }] of CLIENTS.entries()) {
  const { requests } = received[index];
  const wanted = lines.filter((line) => isFor(wants, JSON.parse(line)));
  const ids = parseLines(wanted.join('\n')).map(({ id }) => id);
  check(`${name} accepted its ${ids.length} events, each once, in the order in which they happened`, {
    actual: requests.filter(({ status }) => status === 200).map(({ headers }) => headers['webhook-id']),
    expected: ids,
  });
  if (refusals > 0) {
    check(`${name} refused the first one ${refusals} times before; meanwhile nothing overtook it`, {
      actual: requests.map(({ headers }) => headers['webhook-id']),
      expected: [...Array(refusals).fill(ids[0]), ...ids],
    });
  }
  check(`${name} got the very bytes that the dry run prints, in each attempt`, {
    actual: requests.map(({ body }) => body),
    expected: [...Array(refusals).fill(wanted[0]), ...wanted],
  });
  check(`${name} found no gap, no duplicate and nothing out of order`, {
    actual: requests.map(({ check: { verdict } }) => verdict),
    expected: ['first', ...Array(refusals).fill('retry'), ...Array(ids.length - 1).fill('in order')],
  });
  check(`${name} found every signature valid`, {
    actual: requests.map(({ signature }) => signature),
    expected: requests.map(() => 'valid'),
  });
}
console.log(process.exitCode ? '\nThe demo did not go as it should.' : '\nAll as promised.');

// ---------------------------------------------------------------------------------------------------------------

/** Shows the command, runs it, shows what it says. */
function teamEvents(args, env = {}) {
  command(`team-events ${args.join(' ')}`);
  return run(args, { cwd: folder, env: { ...colourChoice, ...env } }, show);
}

/** A client of the clients file. */
function entry(name, wants, url) {
  return `  - name: ${name}
    secrets: ["\${SECRET}"]
    start: ${TOLD}
    subscriptions:
      - events: [${wants.join(', ')}]
        url: ${url}/teams
`;
}

/** The variable behind \${SECRET} of a client. */
function secretVariable(client) {
  return `TEAM_EVENTS_CLIENT_${client.toUpperCase().replaceAll('-', '_')}__SECRET`;
}

/** The rule of subscriptions, told a second time so that the program is not its own judge. */
function isFor(wants, { type, data }) {
  return wants.includes(type) && !data.impliedBy?.some((implying) => wants.includes(implying));
}

function heading(title, ...explanation) {
  console.log(`\n${paint(['bold', 'cyan'], title)}`);
  for (const line of explanation) console.log(paint('dim', line));
  console.log();
}

function command(text) {
  console.log(`  ${paint('bold', `$ ${text}`)}`);
}

/** Sets text of another program off by an indent. */
function show(text) {
  process.stdout.write(text.replace(/^(?=.)/gm, '  '));
}

function check(says, { actual, expected }) {
  const holds = isDeepStrictEqual(actual, expected);
  console.log(`  ${holds ? paint('green', '✓') : paint('red', '✗')} ${says}`);
  if (holds) return;
  process.exitCode = 1;
  console.log(`    expected ${JSON.stringify(expected)}\n    but got  ${JSON.stringify(actual)}`);
}
