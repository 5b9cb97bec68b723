/** The fuzzer itself is tested: with one fence of the program taken down, it must find what comes through. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PROGRAM } from '../support/program.ts';
import { seedsFrom } from '../torture/part.ts';
import { playRounds } from './crew.ts';
import type { RoundEnd } from './round/round.ts';

export interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

export const MISTAKES: readonly Mistake[] = [
  {
    name: 'entries of any size, aliases counted once',
    file: 'src/core/clients/file/reading/entry-bounds.ts',
    right: 'const size = sizeOf(entry, sizes);',
    wrong: 'const size = Math.min(1, sizeOf(entry, sizes));',
  },
  {
    name: "a client's timeout may be longer than the operator's",
    file: 'src/adapters/destinations/webhook/webhook-request.ts',
    right: 'Math.min(timeoutMs, mostTimeoutMs)',
    wrong: '(timeoutMs === Infinity ? mostTimeoutMs : timeoutMs)',
  },
  {
    name: 'what terminals and CI take for commands is written as it is',
    file: 'src/core/text/log-safe.ts',
    right: 'export function logSafe(text: string, keepColors = false): string {',
    wrong:
      'export function logSafe(text: string, keepColors = false): string {\n  if (text !== "") return text;',
  },
  {
    name: 'start is any revision of git',
    file: 'src/core/clients/file/client-schema.ts',
    right:
      "v.maxLength(255, 'expected at most 255 characters'),\n      v.regex(REVISION, REVISION_EXPECTED),",
    wrong: '',
  },
  {
    name: 'answers of 1xx without end',
    file: 'src/adapters/destinations/webhook/exchange.ts',
    right: '++interim === MAX_INTERIM_ANSWERS',
    wrong: '++interim === Infinity',
  },
  {
    name: 'a claim of the far future is believed',
    file: 'src/core/cursor/claim.ts',
    right: "? 'unbelievable' : 'valid'",
    wrong: "? 'valid' : 'valid'",
  },
  {
    name: 'lanes wait for each other',
    file: 'src/run/serving/serve-waves.ts',
    right: 'createConcurrencyLimit(Math.min(policy.concurrency, destinations.maxInFlight))',
    wrong: 'createConcurrencyLimit(1)',
  },
  {
    name: 'secrets are told',
    file: 'src/adapters/process/secrets/redactor.ts',
    right: 'redact(text, own = []) {',
    wrong: 'redact(text, own = []) {\n      if (text !== "") return text;',
  },
];

/** Rounds that each mistake is given. */
const MOST = 600;

export interface Found {
  /** How many rounds it took; undefined where they were not enough. */
  readonly rounds: number | undefined;
  readonly end: RoundEnd | undefined;
}

/** Plays rounds from `seed` on with the mistake in the program; `right` is the bundle without one. */
export async function findMistake(
  mistake: Mistake,
  seed: number,
  atOnce: number,
  folder: string,
  right: string,
): Promise<Found> {
  const outfile = join(folder, 'mistaken.cjs');
  await buildWith(mistake, outfile);
  let from = seed;
  for (;;) {
    const end = await firstFailure(seedsFrom(from, seed + MOST - from), outfile, outfile, atOnce);
    if (end === undefined) return { rounds: undefined, end };
    from = end.seed + 1;
    // What fails without the mistake too is not found by it.
    if ((await firstFailure([end.seed], PROGRAM, right, 1)) === undefined)
      return { rounds: from - seed, end };
  }
}

/** The first that ended; others that were under way are not looked at. */
async function firstFailure(
  seeds: readonly number[],
  program: string,
  bundle: string,
  atOnce: number,
): Promise<RoundEnd | undefined> {
  let first: RoundEnd | undefined;
  await playRounds({
    seeds,
    program,
    bundle,
    atOnce,
    childEvery: 20,
    ended(one) {
      if (one.wrong.length > 0) first ??= one;
      return first === undefined;
    },
  });
  return first;
}

/** As scripts/build.mjs builds it, but for speed. */
async function buildWith({ file, right, wrong }: Mistake, outfile: string): Promise<void> {
  const source = readFileSync(file, 'utf8');
  if (source.split(right).length !== 2) throw new Error(`${file} no longer holds, once: ${right}`);
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20.19',
    define: { TEAM_EVENTS_VERSION: '"mistaken"' },
    logLevel: 'error',
    plugins: [
      {
        name: 'mistake',
        setup(bundling) {
          bundling.onLoad({ filter: new RegExp(`${file.replaceAll('.', '\\.')}$`) }, () => ({
            contents: source.replace(right, () => wrong),
            loader: 'ts',
          }));
        },
      },
    ],
  });
}
