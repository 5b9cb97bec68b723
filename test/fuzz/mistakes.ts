/** The fuzzer itself is tested: with one fence of the program taken down, it must find what comes through. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { playRounds } from './crew.ts';
import type { RoundEnd } from './round/round.ts';

interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

export const MISTAKES: readonly Mistake[] = [
  {
    name: 'entries of any size, aliases counted once',
    file: 'src/clients/entry-bounds.ts',
    right: 'const size = sizeOf(entry, sizes);',
    wrong: 'const size = Math.min(1, sizeOf(entry, sizes));',
  },
  {
    name: "a client's timeout may be longer than the operator's",
    file: 'src/delivery/webhook-request.ts',
    right: 'Math.min(endpoint.timeoutMs ?? Infinity, context.mostTimeoutMs)',
    wrong: 'endpoint.timeoutMs ?? context.mostTimeoutMs',
  },
  {
    name: 'control characters are printed as they are',
    file: 'src/report/style.ts',
    right: 'export function printable(text: string): string {',
    wrong: 'export function printable(text: string): string {\n  if (text !== "") return text;',
  },
  {
    name: 'start is any revision of git',
    file: 'src/clients/client-schema.ts',
    right:
      "v.maxLength(255, 'expected at most 255 characters'),\n      v.regex(REVISION, REVISION_EXPECTED),",
    wrong: '',
  },
  {
    name: 'answers of 1xx without end',
    file: 'src/http/exchange.ts',
    right: '++interim === MAX_INTERIM_ANSWERS',
    wrong: '++interim === Infinity',
  },
  {
    name: 'a claim of the far future is believed',
    file: 'src/cursor/claim.ts',
    right: "? 'unbelievable' : 'valid'",
    wrong: "? 'valid' : 'valid'",
  },
  {
    name: 'lanes wait for each other',
    file: 'src/commands/serve-lanes.ts',
    right: 'createSlots(Math.min(policy.concurrency, http.maxInFlight))',
    wrong: 'createSlots(1)',
  },
  {
    name: 'secrets are told',
    file: 'src/report/masker.ts',
    right: 'mask(text, own = []) {',
    wrong: 'mask(text, own = []) {\n      if (text !== "") return text;',
  },
];

/** Rounds that each mistake is given. */
const MOST = 600;

export interface Found {
  readonly name: string;
  /** How many rounds it took; undefined where they were not enough. */
  readonly rounds: number | undefined;
  readonly end: RoundEnd | undefined;
}

export async function findMistakes(
  seed: number,
  atOnce: number,
  folder: string,
  mistakes: readonly Mistake[],
): Promise<Found[]> {
  const found: Found[] = [];
  for (const mistake of mistakes) {
    const outfile = join(folder, 'mistaken.cjs');
    await buildWith(mistake, outfile);
    let rounds = 0;
    let end: RoundEnd | undefined;
    await playRounds({
      seeds: Array.from({ length: MOST }, (_, index) => seed + index),
      program: outfile,
      bundle: outfile,
      atOnce,
      childEvery: 20,
      ended(one) {
        if (end === undefined) rounds++;
        if (one.wrong.length > 0) end ??= one;
        return end === undefined;
      },
    });
    found.push({ name: mistake.name, rounds: end && rounds, end });
  }
  return found;
}

/** As scripts/build.mjs builds it, but for speed. */
async function buildWith({ file, right, wrong }: Mistake, outfile: string): Promise<void> {
  const source = readFileSync(file, 'utf8');
  if (source.split(right).length !== 2) throw new Error(`${file} no longer holds, once: ${right}`);
  await build({
    entryPoints: ['src/cli.ts'],
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
