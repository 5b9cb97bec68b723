/** One round: made, run, judged. Where it fails its folder stays, with what it takes to run it again by hand. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KNOWN_FAULTS } from '../known-faults.ts';
import { runAsChild } from '../program/child.ts';
import { measureCost } from '../program/own-cost.ts';
import type { RunInside } from '../../support/own-process.ts';
import type { Cost, ProgramEnd } from '../program/program-end.ts';
import { judgeOutput, judgeRun } from './judge.ts';
import type { Receivers } from './receivers.ts';
import { makeScene, WAIT_MS } from './scene.ts';

export interface RoundEnd {
  readonly seed: number;
  readonly wrong: readonly string[];
  /** Where the round was kept; undefined where nothing is wrong. */
  readonly folder: string | undefined;
  readonly code: number | null;
  /** Whether the program was a process of its own. */
  readonly asChild: boolean;
  readonly milliseconds: number;
  /** The greatest of its runs. */
  readonly cost: Cost;
  /** Requests that came to the healthy client. */
  readonly delivered: number;
}

export interface RoundSettings {
  /** What is started as a process. */
  readonly program: string;
  /** The same inside this process; undefined: it is started. */
  readonly inside: RunInside | undefined;
  /** Judge also how long the healthy client waited, which a busy machine may make longer. */
  readonly isTimed: boolean;
  /** Keep the folder whatever comes of it, with the output. */
  readonly keep?: boolean;
}

export const folderPrefix = (seed: number): string => `team-events-fuzz-${seed}-`;

export async function playRound(
  seed: number,
  receivers: Receivers,
  settings: RoundSettings,
): Promise<RoundEnd> {
  const { program, inside, isTimed, keep = false } = settings;
  const folder = mkdtempSync(join(tmpdir(), folderPrefix(seed)));
  const began = Date.now();
  const scene = makeScene(seed, receivers, folder);
  const run = async (args: readonly string[]): Promise<ProgramEnd> => {
    if (inside === undefined) return runAsChild(program, args, scene.env, folder);
    const cost = measureCost();
    const end = await inside(args, scene.env);
    return { ...end, cost: cost() };
  };

  receivers.begin(seed, scene.due?.length ?? 1, scene.answers);
  const end = await run(scene.args);
  const heard = receivers.end();
  const looked = scene.look && (await run(scene.look));
  const found = [
    ...judgeRun(scene, end, heard),
    ...(isTimed && heard.servedMs > WAIT_MS - 1000 ? [`the healthy client waited ${heard.servedMs} ms`] : []),
    ...(looked ? judgeOutput(scene, looked).map((one) => `${scene.look?.[0]}: ${one}`) : []),
  ];
  const wrong = found.filter((one) => !KNOWN_FAULTS.some((known) => known.test(one)));
  if (inside !== undefined && wrong.some((one) => one.endsWith('of memory'))) {
    // What is left over from other rounds counts there: the judge is a process that has played this one alone.
    rmSync(folder, { recursive: true, force: true });
    return playRound(seed, receivers, { ...settings, inside: undefined });
  }
  const isKept = keep || wrong.length > 0;
  if (isKept) {
    const runs = [
      { args: scene.args, end },
      ...(scene.look && looked ? [{ args: scene.look, end: looked }] : []),
    ];
    writeFileSync(join(folder, 'again.sh'), script(program, scene.env, runs));
    writeFileSync(join(folder, 'output.txt'), runs.map((one) => one.end.stdout + one.end.stderr).join('\n'));
  } else rmSync(folder, { recursive: true, force: true });
  const costs = [end.cost, ...(looked ? [looked.cost] : [])];
  return {
    seed,
    wrong,
    folder: isKept ? folder : undefined,
    code: end.code,
    asChild: inside === undefined,
    milliseconds: Date.now() - began,
    cost: {
      cpuMs: Math.max(...costs.map(({ cpuMs }) => cpuMs)),
      peakKilobytes: Math.max(...costs.map(({ peakKilobytes }) => peakKilobytes)),
    },
    delivered: heard.arrivals.length,
  };
}

/** The command lines as a shell takes them; by then the receivers are gone, and their ports refuse. */
function script(
  program: string,
  env: Readonly<Record<string, string>>,
  runs: readonly { readonly args: readonly string[] }[],
): string {
  const quote = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
  const exports = Object.entries(env).filter(([name]) => name !== 'PATH');
  return [
    '#!/bin/sh',
    ...exports.map(([name, value]) => `export ${name}=${quote(value)}`),
    ...runs.map(({ args }) => ['node', program, ...args].map(quote).join(' ')),
    '',
  ].join('\n');
}
