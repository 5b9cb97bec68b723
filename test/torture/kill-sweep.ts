/** SIGKILL at each point of a run where it may leave something half done, one after the other; then a clean run. */
import { readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from './random.ts';
import { inParallel, type Part, type PartOptions } from './part.ts';
import { openFixedScene, type FixedScene } from './real/fixed-scene.ts';
import {
  CALLS,
  countingGit,
  hasStrace,
  readTrace,
  straceKilling,
  straceWatching,
  type Call,
  type CountingGit,
} from './real/killers.ts';
import { runProgram, startProgram, type ProgramOptions } from './real/program.ts';

/** One kill. */
interface Point {
  readonly name: string;
  /** Whether it was fired. */
  readonly run: () => Promise<boolean>;
}

type PointsOf = (scene: FixedScene) => readonly Point[] | Promise<readonly Point[]>;

interface Swept {
  readonly name: string;
  readonly fired: boolean;
  readonly wrong: readonly string[];
  readonly repeated: number;
  /** Whether git's own server was killed and left a lock, which a person had to remove, as the run had said. */
  readonly lock: boolean;
}

const CLIENTS = ['one', 'two', 'three'];
/** What a killed run has left behind, a push under way, may move a cursor under the first clean run: it says so. */
const CLEAN_RUNS = 3;

export const killSweep: Part = async (options) => {
  const pointsOf = hasStrace() ? allPoints : (scene: FixedScene) => randomInstants(scene, options);
  const most = options.quick ? 12 : Infinity;
  const swept = (
    await inParallel(['tag', 'file'] as const, 2, async (kind) => [
      ...(await sweep(kind, most, pointsOf)),
      ...(await sweep(kind, most, pointsOf, true)),
    ])
  ).flat();
  const fired = swept.filter((one) => one.fired);
  const failed = fired.filter(({ wrong }) => wrong.length > 0);
  const share = (100 * fired.length) / Math.max(1, swept.length);
  const how = hasStrace() ? 'by strace and a counting git' : 'at random instants, as there is no strace';
  const repeated = fired.reduce((total, one) => total + one.repeated, 0);
  return {
    summary:
      `${fired.length} of ${swept.length} planned kills fired (${share.toFixed(1)} %), ${how}; ` +
      `${fired.length - failed.length} of ${fired.length} recovered (` +
      `${fired.filter(({ lock }) => lock).length} after a lock of the killed git server was removed), ${repeated} events repeated`,
    failures: [
      ...failed.map(({ name, wrong }) => `${name}\n    ${wrong.join('\n    ')}`),
      ...(share < 95
        ? [
            `too few fired: ${swept
              .filter((one) => !one.fired)
              .map(({ name }) => name)
              .join('; ')}`,
          ]
        : []),
    ],
  };
};

/** All points there are, or so many of them. `isHolding`: the run that is killed begins with held teams in cursors. */
export async function sweep(
  kind: 'tag' | 'file',
  most: number,
  pointsOf: PointsOf,
  isHolding = false,
): Promise<Swept[]> {
  const scene = await openFixedScene(kind, CLIENTS, isHolding);
  try {
    const points = await pointsOf(scene);
    const every = Math.max(1, Math.ceil(points.length / most));
    const swept: Swept[] = [];
    for (const point of points.filter((_, index) => index % every === 0))
      swept.push(await killAt(scene, point));
    return swept.map((one) => (isHolding ? { ...one, name: `${one.name}, with held teams` } : one));
  } finally {
    await scene.close();
  }
}

/** Begins anew, is killed there, and must be whole after a clean run. */
async function killAt(scene: FixedScene, { name, run }: Point): Promise<Swept> {
  scene.reset();
  const ended = scene.journal.lastingFault('kill');
  const fired = await run();
  await scene.receivers.drained(); // what it had sent may arrive after its end
  ended();
  let left = await cleanRuns(scene);
  const locks = left === undefined ? [] : locksAt(scene.repo.remote);
  const lock = locks.some((path) => left?.includes(basename(path)));
  if (lock) {
    for (const path of locks) rmSync(path);
    left = await cleanRuns(scene);
  }
  const { wrong, repeated } = scene.findings();
  return {
    name: `${scene.store.kind}: ${name}`,
    fired,
    wrong: [...(left === undefined ? [] : [left]), ...wrong],
    repeated,
    lock,
  };
}

/** What the last of them said, where none has succeeded. */
async function cleanRuns({ args }: FixedScene): Promise<string | undefined> {
  let said = '';
  for (let runs = 0; runs < CLEAN_RUNS; runs++) {
    const { code, stdout, stderr } = await runProgram(args);
    if (code === 0) return undefined;
    said = `a clean run ended with ${code}: ${stdout}${stderr}`;
    await sleep(100);
  }
  return said;
}

const locksAt = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.lock'))
    .map((path) => join(folder, path));

async function allPoints(scene: FixedScene): Promise<readonly Point[]> {
  const git = countingGit(scene.folder);
  const commands = await commandsOf(scene, git);
  return [
    ...(await pointsOfProgram(scene)),
    ...pointsAroundGit(scene, git, commands),
    ...(await pointsInsideGit(scene, git, commands)),
  ];
}

/** Those that need no strace. */
export async function pointsByGit(scene: FixedScene): Promise<readonly Point[]> {
  const git = countingGit(scene.folder);
  return pointsAroundGit(scene, git, await commandsOf(scene, git));
}

/** What git is run with in a run that nobody disturbs. */
async function commandsOf(scene: FixedScene, git: CountingGit): Promise<readonly string[]> {
  scene.reset();
  git.arm(-1, '');
  await runProgram(scene.args, { env: git.env });
  return git.commands();
}

/** In the program itself: at each fsync, rename and connect, and at the writes to files, pipes and sockets. */
async function pointsOfProgram(scene: FixedScene): Promise<readonly Point[]> {
  const trace = join(scene.folder, 'trace');
  scene.reset();
  await runProgram(scene.args, { through: straceWatching(trace) });
  const calls = readTrace(trace);
  return (Object.keys(CALLS) as Call[]).flatMap((call) => {
    const seen = new Map<string, number>();
    const points: Point[] = [];
    for (const { call: name, line } of calls) {
      if (!(CALLS[call] as readonly string[]).includes(name)) continue;
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      if (call === 'write' && !/<(?:TCP|UNIX|pipe|\/)[^>]*[>:]/.test(line)) continue; // wakes a thread of its own
      points.push({
        name: `program at ${name} ${nth}`,
        run: () => diesWith(scene, { through: killingOne(name, nth) }),
      });
    }
    return points;
  });
}

const killingOne = (name: string, nth: number): string[] => [
  'strace',
  '-qq',
  '-o',
  '/dev/null',
  '-e',
  `trace=${name}`,
  '-e',
  `inject=${name}:signal=SIGKILL:when=${nth}`,
];

async function diesWith(scene: FixedScene, options: ProgramOptions): Promise<boolean> {
  return (await runProgram(scene.args, options)).code === null;
}

/** One that fires when git is run for the `nth` time. */
const armed = (scene: FixedScene, git: CountingGit, name: string, nth: number, script: string): Point => ({
  name,
  async run() {
    git.arm(nth, script);
    await runProgram(scene.args, { env: git.env });
    return git.fired();
  },
});

/** As each git is run: it, the program, or both. */
function pointsAroundGit(scene: FixedScene, git: CountingGit, commands: readonly string[]): readonly Point[] {
  return commands.flatMap((command, nth) => {
    const word = `git ${nth} (${verb(command)})`;
    return [
      armed(scene, git, `program at execve of ${word}, which goes on`, nth, 'kill -9 $PPID'),
      armed(scene, git, `program and ${word} at execve`, nth, 'kill -9 $PPID $$'),
      armed(scene, git, `${word} at execve`, nth, 'kill -9 $$'),
    ];
  });
}

/** Inside each push, and all that it runs itself; at the remote, too. */
async function pointsInsideGit(
  scene: FixedScene,
  git: CountingGit,
  commands: readonly string[],
): Promise<readonly Point[]> {
  const points: Point[] = [];
  const trace = join(scene.folder, 'trace');
  for (const [nth, command] of commands.entries()) {
    if (verb(command) !== 'push') continue;
    scene.reset();
    git.arm(nth, `exec ${straceWatching(trace, true).join(' ')} $GIT "$@"`);
    await runProgram(scene.args, { env: git.env });
    for (const call of Object.keys(CALLS) as Call[]) {
      for (let count = 1; count <= mostOfOneProcess(trace, call); count++) {
        const killing = `exec ${straceKilling(call, count, true).join(' ')} $GIT "$@"`;
        const name = `git ${nth} (${verb(command)}) and its children at ${call} ${count}`;
        points.push(armed(scene, git, name, nth, killing));
      }
    }
  }
  return points;
}

/** Past the options before it. */
function verb(command: string): string {
  const words = command.split(' ');
  const at = words.findIndex(
    (word, index) => !word.startsWith('-') && words[index - 1] !== '-c' && words[index - 1] !== '-C',
  );
  return words[at] ?? '';
}

/** Each process counts for itself. */
function mostOfOneProcess(trace: string, call: Call): number {
  const counts = new Map<string, number>();
  for (const { call: name, line } of readTrace(trace)) {
    if (!(CALLS[call] as readonly string[]).includes(name)) continue;
    const key = `${line.split(' ')[0]} ${name}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.min(40, Math.max(0, ...counts.values()));
}

function randomInstants(scene: FixedScene, { seed, quick }: PartOptions): readonly Point[] {
  const random = createRandom(seed);
  return Array.from({ length: quick ? 12 : 150 }, () => {
    const milliseconds = random.int(1, 500);
    return {
      name: `program after ${milliseconds} ms`,
      async run() {
        const program = startProgram(scene.args);
        setTimeout(() => program.signal('SIGKILL'), milliseconds);
        return (await program.ended).code === null;
      },
    };
  });
}
