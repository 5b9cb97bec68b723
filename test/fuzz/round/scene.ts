/** What a round is made of, from its seed: a repository, a clients file, cursors, receivers, and a command line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createRandom, type Random } from '../../torture/random.ts';
import { answer, type Answer } from '../grammar/answers.ts';
import { cursorFile, tag } from '../grammar/cursors.ts';
import { clientsText, type Site } from '../grammar/entries.ts';
import { size, text } from '../grammar/pieces.ts';
import { configuration, file } from '../grammar/team-files.ts';
import { broken } from '../grammar/yaml-text.ts';
import { createObjectStore, type CommitPlan, type Content, type Edits } from './git-objects.ts';

export interface Scene {
  readonly args: readonly string[];
  /** Another command over the same, which only looks; undefined where the round has none. */
  readonly look: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** By client. */
  readonly answers: ReadonlyMap<string, readonly Answer[]>;
  /** What the healthy client is due, in order; undefined where a configuration decides. */
  readonly due: readonly string[] | undefined;
  /** Whether what everybody shares (the clients file, the file of cursors, the configuration) may itself be what is broken. */
  readonly mayStop: boolean;
  /** What no output may hold. */
  readonly secrets: readonly string[];
  /** Clients whose tag nobody may take for a claim. */
  readonly freed: readonly string[];
  readonly report: string;
  /** The file of cursors, where there is one, and the commit at which the healthy client's then stands. */
  readonly cursors: string | undefined;
  readonly tip: string;
}

/** What a run may wait for a receiver that does not answer while the healthy client is served. */
export const WAIT_MS = 30_000;
const HANG_MS = 1500;

const good = (id: number, more: string): string => `id: good-${id}\n${more}`;
/** What befalls the healthy client's teams, commit by commit. */
const GOOD: readonly Edits[] = [
  [
    ['teams/good-1.yml', good(1, 'members: [alice, bob]\n')],
    ['teams/good-2.yml', good(2, 'members: [carol]\n')],
    ['teams/good-3.yml', good(3, '')],
  ],
  [['teams/good-3.yml', good(3, 'name: Three\n')]],
  [
    ['teams/good-1.yml', good(1, 'members: [alice, dave]\n')],
    ['teams/good-4.yml', good(4, '')],
  ],
  [['teams/good-2.yml', null]],
];
const CHANGED = [
  'modified good-3',
  'created good-4',
  'members.removed good-1',
  'members.added good-1',
  'deleted good-2',
];
const DUE = {
  cursor: CHANGED,
  root: ['created good-1', 'created good-2', 'created good-3', ...CHANGED],
  snapshot: ['created good-1', 'created good-3', 'created good-4'],
};

/** Makes the round's files in `folder`, which is empty. */
export function makeScene(seed: number, site: Site, folder: string): Scene {
  const random = createRandom(seed);
  const repo = join(folder, 'repo.git');
  const put = (path: string, content: Content): string => {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, content);
    return whole;
  };
  const configured = random.chance(0.15);
  const objects = createObjectStore(repo);
  const ids = objects.writeCommits(GOOD.map((edits, index) => commit(random, index, edits, configured)));
  const tip = ids.at(-1) ?? '';
  put('repo.git/HEAD', 'ref: refs/heads/main\n');
  put('repo.git/config', `[core]\n\tbare = true\n[remote "origin"]\n\turl = ${repo}\n`);
  put('repo.git/refs/heads/main', `${tip}\n`);
  if (random.chance(0.1)) put(`repo.git/refs/tags/${random.pick(['main', 'v1'])}`, `${ids[0]}\n`);

  const names = Array.from(
    { length: random.chance(0.01) ? size(random, 400) : random.int(1, 5) },
    (_, at) => `c${at}`,
  );
  const answers = new Map(
    [...names, 'other'].map((name) => [name, Array.from({ length: random.int(1, 3) }, () => answer(random))]),
  );
  const isBroken = random.chance(0.05);
  const hanging = names.filter((name) => answers.get(name)?.some(({ next }) => next === 'hang'));
  const whole = clientsText(random, site, names, hanging, createRandom(~seed));
  const clients = put('clients.yml', isBroken ? broken(random, whole) : whole);
  const secrets = new Map(
    names.map((name, at) => [name, `sekret${seed}x${at}${random.pick(['', '/+=', '%"<', 'é'])}`]),
  );

  const form = random.pick(['root', 'range', 'file', 'tags', 'tags', 'begin'] as const);
  const cursorsPath = join(folder, 'cursors', 'cursors.json');
  const freed: string[] = [];
  if (form === 'file') put('cursors/cursors.json', cursorFile(random, names, ids));
  if (form === 'begin') put('cursors/cursors.json', '{"version":1,"clients":{}}');
  if (form === 'tags') {
    put('repo.git/refs/tags/te/healthy', `${ids[0]}\n`);
    const others = [
      ['tree', objects.write('tree', '')],
      ['blob', objects.write('blob', 'x')],
    ] as const;
    for (const name of random.some(names, 0.8).slice(0, 20)) {
      const { content, isClaimedForever } = tag(random, `te/${name}`, ids, others);
      put(`repo.git/refs/tags/te/${name}`, `${objects.write('tag', content)}\n`);
      if (isClaimedForever) freed.push(name);
    }
  }
  const store = form === 'tags' ? 'tag:te' : `file:${cursorsPath}`;
  const what = {
    root: ['--from', 'root'],
    range: ['--from', ids[0] ?? ''],
    file: ['--cursor', store],
    tags: ['--cursor', store],
    begin: ['--cursor', store, '--init'],
  }[form];
  const hangs = hanging.length > 0;
  const report = join(folder, 'report.json');
  const limits = [
    '--allow-host',
    '127.0.0.1',
    '--timeout',
    `${hangs ? HANG_MS : WAIT_MS}ms`,
    '--attempts',
    hangs ? '1' : '2',
  ];
  const paces = ['--retry-delay', '1ms', '--give-up-after', '1s', '--max-duration', '80s'];
  const isCursor = form !== 'root' && form !== 'range';
  return {
    args: [
      '-C',
      repo,
      '--clients',
      clients,
      ...what,
      ...limits,
      ...paces,
      '--format',
      random.pick(['text', 'text', 'json', 'ndjson']),
      '--report',
      report,
    ],
    look: random.chance(0.35)
      ? look(random, { repo, clients, from: ids[0] ?? '', store, isCursor })
      : undefined,
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      TEAM_EVENTS_SECRETS: JSON.stringify(
        Object.fromEntries([...secrets].map(([name, TOKEN]) => [name, { TOKEN }])),
      ),
    },
    answers,
    due:
      configured || isBroken
        ? undefined
        : DUE[isCursor ? (form === 'begin' ? 'snapshot' : 'cursor') : form === 'range' ? 'cursor' : 'root'],
    mayStop: configured || isBroken || form === 'file',
    secrets: [...secrets.values()],
    freed,
    report,
    cursors: isCursor && form !== 'tags' ? cursorsPath : undefined,
    tip,
  };
}

function commit(random: Random, index: number, edits: Edits, configured: boolean): CommitPlan {
  // Beside a file that goes, a new one that is broken holds what that held.
  const isAlone = edits.some(([, entry]) => entry === null);
  const files = Array.from({ length: isAlone ? 0 : random.pick([0, 1, 1, 2, 5]) }, (_, at) =>
    file(random, index * 10 + at),
  );
  const own = edits.map(([path]) => path);
  const settings: Edits =
    configured && random.chance(0.6) ? [['team-events.yml', configuration(random)]] : [];
  const person = (): string =>
    random.chance(0.8)
      ? 'Ann <ann@example.com> 1767603600 +0000'
      : `${text(random).replace(/[\n\0<>]/g, '')} <${text(random).replace(/[\n\0<>]/g, '')}> ${random.pick(['0', '1', '4102444800', '253402300800', '99999999999'])} ${random.pick(['+0000', '-9999', '+2359'])}`;
  return {
    edits: [...files.filter(([path]) => !own.includes(path)), ...edits, ...settings],
    title: random.chance(0.5) ? `Change ${index}` : text(random).replaceAll('\0', ''),
    author: person(),
    committer: person(),
    headers: random.chance(0.05) ? [`encoding ${random.pick(['latin1', 'utf-7', 'x'])}`] : [],
    parents: random.chance(0.02) ? size(random, 3000) : 1,
  };
}

interface Looked {
  readonly repo: string;
  readonly clients: string;
  readonly from: string;
  readonly store: string;
  readonly isCursor: boolean;
}

function look(random: Random, { repo, clients, from, store, isCursor }: Looked): readonly string[] {
  const common = ['-C', repo, '--clients', clients];
  const format = (...formats: string[]): string[] => ['--format', random.pick(formats)];
  const forms: (() => readonly string[])[] = [
    () => [
      'check',
      ...common,
      ...random.some([['--base', from]], 0.7).flat(),
      ...format('text', 'json', 'junit', 'gitlab'),
    ],
    () => ['notify', ...common, '--print-events', '--from', 'root', ...format('text', 'json', 'ndjson')],
    () => ['replay', ...common, `${from}..main`, ...format('text', 'json', 'ndjson')],
    ...(isCursor
      ? [
          () => ['status', ...common, '--cursor', store, ...format('text', 'json')],
          () => ['cursor', 'show', '-C', repo, '--cursor', store, ...format('text', 'json')],
          () => [
            'notify',
            ...common,
            '--print-events',
            '--cursor',
            store,
            ...format('text', 'json', 'ndjson'),
          ],
        ]
      : []),
  ];
  return random.pick(forms)();
}
