/**
 * `npm run mutants [WORD…]`: the source with one small mistake at a time, each of which the tests of its own part must find.
 * With words, only mutants whose name or file holds one of them. Nothing is written: the text is changed as it is loaded.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createVitest, type TestModule } from 'vitest/node';
import { CATALOGUE_MUTANTS } from './catalogue.ts';
import { DELIVERY_MUTANTS } from './delivery.ts';
import type { Mutant } from './mutant.ts';
import { PLAN_MUTANTS } from './plan.ts';
import { REQUEST_MUTANTS } from './requests.ts';
import { STORY_MUTANTS } from './stories.ts';
import { TEAM_MUTANTS } from './teams.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** A mutant that makes a test hang is found by this; no test that passes takes nearly as long. */
const TIMEOUT_MS = 30_000;
const ALL: readonly Mutant[] = [
  ...PLAN_MUTANTS,
  ...DELIVERY_MUTANTS,
  ...TEAM_MUTANTS,
  ...CATALOGUE_MUTANTS,
  ...REQUEST_MUTANTS,
  ...STORY_MUTANTS,
];

type RunTests = (files: readonly string[], mutant?: Mutant) => Promise<readonly TestModule[]>;

/** What is wrong with the table: it has to follow the code. */
function staleIn(mutants: readonly Mutant[]): string[] {
  return mutants.flatMap(({ name, file, right, wrong }) => {
    const times = readFileSync(join(ROOT, file), 'utf8').split(right).length - 1;
    if (times !== 1) return [`${name}: ${file} holds ${times} times: ${right}`];
    return right === wrong ? [`${name}: changes nothing`] : [];
  });
}

/** One vitest for all, so that only what a mutant changes is read anew. */
async function withVitest<Result>(work: (run: RunTests) => Promise<Result>): Promise<Result> {
  let planted: Mutant | undefined;
  const plugin = {
    name: 'mutant',
    enforce: 'pre' as const,
    transform(code: string, id: string) {
      if (planted === undefined || id !== join(ROOT, planted.file)) return undefined;
      const { right, wrong } = planted;
      return code.replace(right, () => wrong);
    },
  };
  const vitest = await createVitest(
    'test',
    { root: ROOT, watch: false, bail: 1, testTimeout: TIMEOUT_MS, reporters: [{}] },
    { plugins: [plugin] },
  );
  const run: RunTests = async (files, mutant) => {
    const specifications = await vitest.globTestSpecifications([...files]);
    if (specifications.length < files.length) throw new Error(`not all of these exist: ${files.join(', ')}`);
    planted = mutant;
    if (mutant !== undefined) vitest.invalidateFile(join(ROOT, mutant.file));
    try {
      const { testModules } = await vitest.runTestSpecifications(specifications);
      // Those of earlier runs are among them.
      return testModules.filter(({ moduleId }) => specifications.some((one) => one.moduleId === moduleId));
    } finally {
      planted = undefined;
      if (mutant !== undefined) vitest.invalidateFile(join(ROOT, mutant.file));
    }
  };
  try {
    return await work(run);
  } finally {
    await vitest.close();
  }
}

/** The first test that failed; undefined where none did. */
function failureIn(modules: readonly TestModule[]): string | undefined {
  for (const module of modules) {
    const [failed] = module.children.allTests('failed');
    if (failed !== undefined) return failed.fullName;
    // Code that cannot even be loaded says nothing about the tests.
    const [error] = module.errors();
    if (error !== undefined) throw new Error(`${module.relativeModuleId}: ${error.message}`);
  }
  return undefined;
}

/** The mutants that no test found. */
async function survivorsOf(mutants: readonly Mutant[], run: RunTests): Promise<string[]> {
  const broken = failureIn(await run([...new Set(mutants.flatMap(({ tests }) => tests))]));
  if (broken !== undefined) throw new Error(`a test fails without any mutant: ${broken}`);
  const survivors: string[] = [];
  for (const mutant of mutants) {
    const { name, file, tests } = mutant;
    const found = failureIn(await run(tests, mutant));
    if (found === undefined) survivors.push(`${name} (${file}; ${tests.join(', ')})`);
    console.log(found === undefined ? `SURVIVED  ${name}` : `caught    ${name}\n          by: ${found}`);
  }
  return survivors;
}

async function main(words: readonly string[]): Promise<boolean> {
  const stale = staleIn(ALL);
  if (stale.length > 0) {
    console.log(`The table does not fit the code:\n${stale.join('\n')}`);
    return false;
  }
  const chosen = ALL.filter(
    ({ name, file }) => words.length === 0 || words.some((word) => `${name} ${file}`.includes(word)),
  );
  const survivors = await withVitest((run) => survivorsOf(chosen, run));
  console.log(`\n${chosen.length - survivors.length} of ${chosen.length} mutants caught`);
  for (const one of survivors) console.log(`survived: ${one}`);
  return survivors.length === 0 && chosen.length > 0;
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
