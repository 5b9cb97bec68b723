/** Twenty runs at once: where nobody dies, each event is accepted exactly once. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Findings } from './checker.ts';
import type { Part } from './part.ts';
import { openFixedScene, type FixedScene } from './real/fixed-scene.ts';
import { runProgram, type ProgramEnd } from './real/program.ts';
import { ACCEPT } from './real/receivers.ts';

const RUNS = 20;
const CLIENTS = ['one', 'two', 'three', 'four'];

export const crowd: Part = async ({ quick }) => {
  const rounds = quick ? 1 : 50;
  const failures: string[] = [];
  const codes = { tag: new Map<number, number>(), file: new Map<number, number>() };
  let accepted = 0;
  let due = 0;
  for (const kind of ['tag', 'file'] as const) {
    const scene = await openFixedScene(kind, CLIENTS);
    try {
      for (let round = 0; round < rounds; round++) {
        const { ends, findings, wrong } = await crowdRound(scene, RUNS);
        for (const { code } of ends) codes[kind].set(code ?? -1, (codes[kind].get(code ?? -1) ?? 0) + 1);
        accepted += findings.arrivals;
        due += findings.due;
        if (wrong.length > 0) failures.push(`${kind}, round ${round}\n    ${wrong.join('\n    ')}`);
      }
    } finally {
      await scene.close();
    }
  }
  const ended = (kind: 'tag' | 'file'): string =>
    [...codes[kind]]
      .sort(([a], [b]) => a - b)
      .map(([code, count]) => `${count} with ${code}`)
      .join(', ');
  return {
    summary:
      `${rounds} rounds of ${RUNS} runs on each store: ${due} events due, ${accepted} requests, each accepted once; ` +
      `tag runs ended ${ended('tag')}; file runs ended ${ended('file')}`,
    failures,
  };
};

/** All at once, each accepted exactly once. */
export async function crowdRound(
  scene: FixedScene,
  runs: number,
): Promise<{
  readonly ends: readonly ProgramEnd[];
  readonly findings: Findings;
  readonly wrong: readonly string[];
}> {
  scene.reset();
  const ends = await (scene.store.kind === 'tag' ? atTheSameGate(scene, runs) : whileOneHoldsIt(scene, runs));
  const findings = scene.findings();
  const wrong = [...findings.wrong, ...unexpected(ends)];
  if (findings.arrivals !== findings.due)
    wrong.push(`${findings.arrivals} requests for ${findings.due} events`);
  return { ends, findings, wrong };
}

/** Who has it ends well, and whoever found it taken says so; at least one has served. */
function unexpected(ends: readonly ProgramEnd[]): string[] {
  const others = ends.filter(({ code }) => code !== 0 && code !== 5);
  return others.map(({ code, stdout, stderr }) => `a run ended with ${code}: ${stdout}${stderr}`);
}

/** All have read that there is no cursor yet, and push their claims at once: behind a gate that opens for all. */
async function atTheSameGate(scene: FixedScene, runs: number): Promise<ProgramEnd[]> {
  const gate = join(scene.folder, 'gate');
  const bin = join(scene.folder, 'bin');
  rmSync(gate, { recursive: true, force: true });
  mkdirSync(gate);
  mkdirSync(bin, { recursive: true });
  writeFileSync(
    join(bin, 'git'),
    `#!/bin/sh
case " $* " in *' push '*)
  if [ ! -e '${gate}/open' ]; then
    mkdir '${gate}/'$$
    n=0; for _ in '${gate}'/*; do n=$((n + 1)); done
    [ $n -ge ${runs} ] && : > '${gate}/open'
    while [ ! -e '${gate}/open' ]; do sleep 0.1; done
  fi;;
esac
exec /usr/bin/git "$@"
`,
  );
  chmodSync(join(bin, 'git'), 0o755);
  const env = { PATH: [bin, dirname(process.execPath), '/usr/bin', '/bin'].join(':') };
  return Promise.all(Array.from({ length: runs }, () => runProgram(scene.args, { env, beside: true })));
}

/** The first request is answered only when all the others have ended. */
async function whileOneHoldsIt(scene: FixedScene, runs: number): Promise<ProgramEnd[]> {
  let answer: () => void = () => undefined;
  const othersEnded = new Promise<void>((resolve) => (answer = resolve));
  let ended = 0;
  let first = true;
  scene.receivers.behave = () => {
    if (!first) return ACCEPT;
    first = false;
    return { kind: 'later', status: 204, when: othersEnded };
  };
  const ends = await Promise.all(
    Array.from({ length: runs }, async () => {
      const end = await runProgram([...scene.args, '--timeout', '5m'], { beside: true });
      if (++ended >= runs - 1) answer();
      return end;
    }),
  );
  const conflicts = ends.filter(({ code }) => code === 5).length;
  if (conflicts === runs - 1) return ends;
  throw new Error(
    `${conflicts} of ${runs - 1} others ended with 5: ${ends.map(({ code }) => code).join(' ')}`,
  );
}
