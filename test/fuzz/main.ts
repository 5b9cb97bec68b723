/** `npm run fuzz [-- --rounds N] [--seed N] [--alone] [--mistakes]`: random rounds, or the fuzzer's own test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BUNDLE, PROGRAM } from '../support/program.ts';
import { seedsFrom } from '../torture/part.ts';
import { beAPlayer, playRounds } from './crew.ts';
import { KNOWN_FAULTS } from './known-faults.ts';
import { findMistake, MISTAKES } from './mistakes.ts';
import { loadProgram } from '../support/own-process.ts';
import { startReceivers } from './round/receivers.ts';
import { playRound, type RoundEnd } from './round/round.ts';

/** The program is a process of its own in each so many rounds. */
const CHILD_EVERY = 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '0' },
    'at-once': { type: 'string', default: String(3 * availableParallelism()) },
    alone: { type: 'boolean', default: false },
    mistakes: { type: 'boolean', default: false },
    player: { type: 'boolean', default: false },
  },
});
const seed = Number(values.seed);
const atOnce = Number(values['at-once']);
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const megabytes = ({ cost }: RoundEnd): number => Math.round(cost.peakKilobytes / 1024);

if (values.player) {
  const [program = '', bundle = ''] = positionals;
  await beAPlayer(program, bundle);
} else if (values.alone) await playAlone();
else if (values.mistakes) await testItself();
else await fuzz();

async function fuzz(): Promise<void> {
  const ends: RoundEnd[] = [];
  const began = Date.now();
  await playRounds({
    seeds: seedsFrom(seed, Number(values.rounds)),
    program: PROGRAM,
    bundle: BUNDLE,
    atOnce,
    childEvery: CHILD_EVERY,
    ended(end) {
      ends.push(end);
      if (end.wrong.length > 0) tellFailure(end);
      if (ends.length % 500 === 0) console.log(`  ${ends.length} rounds, ${seconds(Date.now() - began)}`);
      return true;
    },
  });
  const failed = ends.filter(({ wrong }) => wrong.length > 0);
  const children = ends.filter(({ asChild }) => asChild);
  const codes = new Map<number | null, number>();
  for (const { code } of ends) codes.set(code, (codes.get(code) ?? 0) + 1);
  const most = (some: readonly RoundEnd[], of: (end: RoundEnd) => number): string => {
    const [top] = [...some].sort((a, b) => of(b) - of(a));
    return top ? `${Math.round(of(top))} (seed ${top.seed})` : '0';
  };
  console.log(
    `${failed.length === 0 ? '✓' : '✗'} ${ends.length} rounds (seeds ${seed} to ${seed + ends.length - 1}), ` +
      `${children.length} of them with the program as a process: ${failed.length} failed; ` +
      `${ends.reduce((sum, { delivered }) => sum + delivered, 0)} events to the healthy clients; ` +
      `exit codes ${[...codes]
        .sort(([a], [b]) => Number(a) - Number(b))
        .map(([code, count]) => `${code} × ${count}`)
        .join(', ')}; ` +
      `at most ${most(children, megabytes)} MB as a process, ${most(ends, ({ cost }) => cost.cpuMs)} ms of CPU, ` +
      `${most(ends, ({ milliseconds }) => milliseconds)} ms for a round (${seconds(Date.now() - began)})`,
  );
  if (KNOWN_FAULTS.length > 0) console.log(`  ${KNOWN_FAULTS.length} known faults were passed over`);
  if (failed.length > 0) process.exitCode = 1;
}

function tellFailure({ seed: failed, wrong, folder, asChild }: RoundEnd): void {
  console.log(
    `npm run fuzz -- --seed ${failed} --alone${asChild ? ' (as a process)' : ''}   ${folder ?? ''}`,
  );
  for (const one of wrong.slice(0, 10)) console.log(`    ${one.slice(0, 2000)}`);
}

/** One round, inside and as a process, with all that it printed. */
async function playAlone(): Promise<void> {
  const receivers = await startReceivers();
  for (const inside of [loadProgram(BUNDLE), undefined]) {
    const end = await playRound(seed, receivers, { program: PROGRAM, inside, isTimed: true, keep: true });
    console.log(`${inside ? 'inside' : 'as a process'}: ${JSON.stringify(end, null, 2)}`);
    if (end.wrong.length > 0) process.exitCode = 1;
    if (!inside && end.folder) console.log(readFileSync(join(end.folder, 'output.txt'), 'utf8'));
  }
  process.exit();
}

async function testItself(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'team-events-mistakes-'));
  try {
    for (const mistake of MISTAKES) {
      const { rounds, end } = await findMistake(mistake, seed, atOnce, folder, BUNDLE);
      const how = end?.wrong[0]?.replace(/\s+/g, ' ').slice(0, 160);
      console.log(
        rounds === undefined
          ? `✗ not found: ${mistake.name}`
          : `✓ after ${rounds} rounds: ${mistake.name}: ${how}`,
      );
      if (rounds === undefined) process.exitCode = 1;
      if (end?.folder) rmSync(end.folder, { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
