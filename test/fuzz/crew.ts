/** Rounds by several processes: one that does not end is killed, and the others go on. */
import { fork, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadProgram } from '../support/own-process.ts';
import { startReceivers } from './round/receivers.ts';
import { folderPrefix, playRound, type RoundEnd } from './round/round.ts';

export interface CrewOptions {
  readonly seeds: readonly number[];
  /** The file that is started, and the bundle that runs inside. */
  readonly program: string;
  readonly bundle: string;
  readonly atOnce: number;
  /** The program is a process of its own in each so many rounds; 1: in all. */
  readonly childEvery: number;
  /** Told of each as it ends. False: no more. */
  readonly ended: (end: RoundEnd) => boolean;
}

interface Task {
  readonly seed: number;
  readonly asChild: boolean;
}

/** As scripts/run-tool.mjs writes it. */
const TOOL = fileURLToPath(new URL('../../node_modules/.cache/team-events/fuzz.mjs', import.meta.url));
/** Each run of a round ends after 100 s by itself (`--max-duration`), and there are two. */
const ROUND_LIMIT_MS = 240_000;
/** What rounds have left in a process goes with it. */
const ROUNDS_OF_A_PROCESS = 300;

export async function playRounds({
  seeds,
  program,
  bundle,
  atOnce,
  childEvery,
  ended,
}: CrewOptions): Promise<void> {
  let next = 0;
  let isOver = false;
  const work = async (): Promise<void> => {
    let player = startPlayer(program, bundle);
    let played = 0;
    while (!isOver && next < seeds.length) {
      const index = next++;
      const task = { seed: seeds[index] ?? 0, asChild: index % childEvery === childEvery - 1 };
      const end = await player.play(task);
      if (!ended(end.result)) isOver = true;
      if (end.isDead || ++played === ROUNDS_OF_A_PROCESS) {
        player.end();
        player = startPlayer(program, bundle);
        played = 0;
      }
    }
    player.end();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

interface Player {
  play(task: Task): Promise<{ readonly result: RoundEnd; readonly isDead: boolean }>;
  end(): void;
}

function startPlayer(program: string, bundle: string): Player {
  const child: ChildProcess = fork(TOOL, ['--player', program, bundle], {
    env: { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    play: (task) =>
      new Promise((resolve) => {
        const settle = (result: RoundEnd, isDead: boolean): void => {
          clearTimeout(limit);
          child.removeAllListeners();
          resolve({ result, isDead });
        };
        const limit = setTimeout(
          () => settle(failed(task, `did not end within ${ROUND_LIMIT_MS / 1000} s`), true),
          ROUND_LIMIT_MS,
        );
        child.once('message', (result: RoundEnd) => settle(result, false));
        child.once('exit', (code, signal) =>
          settle(failed(task, `ended the process that played it (${signal ?? code})`), true),
        );
        child.send(task);
      }),
    end: () => void child.kill('SIGKILL'),
  };
}

function failed({ seed, asChild }: Task, why: string): RoundEnd {
  const folder = readdirSync(tmpdir()).find((name) => name.startsWith(folderPrefix(seed)));
  return {
    seed,
    wrong: [why],
    folder: folder && join(tmpdir(), folder),
    code: null,
    asChild,
    milliseconds: ROUND_LIMIT_MS,
    cost: { cpuMs: 0, peakKilobytes: 0 },
    delivered: 0,
  };
}

/** What such a process does: one round after the other, as it is told. */
export async function beAPlayer(program: string, bundle: string): Promise<void> {
  const receivers = await startReceivers();
  const inside = loadProgram(bundle);
  // What a run has left undone may fail after its end, when its process would be gone.
  process.on('uncaughtException', () => undefined);
  process.on('unhandledRejection', () => undefined);
  process.on('disconnect', () => process.exit());
  process.on('message', (task: Task) => {
    playRound(task.seed, receivers, { program, inside: task.asChild ? undefined : inside, isTimed: true })
      .catch((error: unknown) => failed(task, `the fuzzer itself: ${(error as Error).stack}`))
      .then((end) => process.send?.(end))
      .catch(() => process.exit(1));
  });
}
