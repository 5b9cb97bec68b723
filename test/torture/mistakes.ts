/** The schedules themselves are tested: the program with a mistake in it, one after the other, must be found out. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Part } from './part.ts';
import { scratchFolder } from './real/scratch.ts';

interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
}

const SCHEDULES = 400;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const MISTAKES: readonly Mistake[] = [
  {
    name: 'the cursor is moved before the answer',
    file: 'src/core/delivery/lane/lane.ts',
    right: 'const made = await attempts.make(',
    wrong:
      'const { position } = pointer; environment.progress(name, () => ({ ...position, index: position.index + 1, begun: true })); const made = await attempts.make(',
  },
  {
    name: 'a lane goes on after a refusal',
    file: 'src/core/delivery/lane/lane.ts',
    right: "return end('blocked', problemAt(answer, left, reason));",
    wrong: 'settle(gathered, events.length); break;',
  },
  {
    name: 'a batch is settled whatever was answered',
    file: 'src/core/delivery/lane/lane.ts',
    right: "const accepted = verdict === 'accepted' ? events.length : (answer.accepted ?? 0);",
    wrong: 'const accepted = events.length;',
  },
  {
    name: 'a batch goes on behind an event that is not in it',
    file: 'src/core/delivery/lane/lane.ts',
    right: 'if (batch && !(goesToo && batch.add(one))) break;',
    wrong: 'if (batch && !(goesToo && batch.add(one))) continue;',
  },
  {
    name: 'a batch by team holds events of teams that are behind',
    file: 'src/core/delivery/lane/teams/team-batches.ts',
    right: 'if (isBehind || (queue !== undefined',
    wrong: 'if ((queue !== undefined',
  },
  {
    name: 'a batch by team passes over what it implies before it is accepted',
    file: 'src/core/delivery/lane/teams/team-batches.ts',
    right: "(queue !== undefined && disposition !== 'send')",
    wrong: 'false',
  },
  {
    name: 'what was sent in a partial step is forgotten',
    file: 'src/core/delivery/lane/lane-cursor.ts',
    right: 'sent: [...sent]',
    wrong: 'sent: []',
  },
  {
    name: 'what was not sent in a partial step is forgotten',
    file: 'src/core/delivery/lane/lane-cursor.ts',
    right: '...(unsent.length > 0 && { unsent })',
    wrong: '...{}',
  },
  {
    name: 'the first commit’s own step is taken for a snapshot',
    file: 'src/core/delivery/lane/lane-cursor.ts',
    right: '...(root && { root })',
    wrong: '...{}',
  },
  {
    name: 'a partial step is resumed one event too late',
    file: 'src/core/delivery/lane/lane-plan.ts',
    right: 'isUpTo(sequence, last)) ?? -1) + 1;',
    wrong: 'isUpTo(sequence, last)) ?? -1) + 2;',
  },
  {
    name: 'held teams are not written',
    file: 'src/core/delivery/lane/teams/team-position.ts',
    right: '...(held.length > 0 && { held })',
    wrong: '...{}',
  },
  {
    name: 'a held team is resumed one event too late',
    file: 'src/core/delivery/lane/teams/team-position.ts',
    right: 'sequence: sequenceBefore(event.sequence)',
    wrong: 'sequence: event.sequence',
  },
  {
    name: 'a team goes on behind an event that is not settled',
    file: 'src/core/delivery/lane/teams/team-lane.ts',
    right: 'const queue = all.queueOf(event);\n      if (!holds',
    wrong: 'const queue = [].find(() => true);\n      if (!holds',
  },
  {
    name: 'a rename joins no teams',
    file: 'src/core/delivery/lane/teams/team-queues.ts',
    right: 'for (const [earlier, id] of renames) join(earlier, id);',
    wrong: '',
  },
  {
    name: 'a run that has lost a cursor goes on',
    file: 'src/run/lanes/cursor-hooks.ts',
    right: "if (kind !== 'held') return",
    wrong: "if (kind === 'failed') return",
  },
  {
    name: 'claims are not looked at',
    file: 'src/core/cursor/beginning.ts',
    right: "claimState(cursor.claim, nowMs, claimMs) === 'valid'",
    wrong: 'false',
  },
  {
    name: 'a cursor that is gone begins anew',
    file: 'src/core/cursor/beginning.ts',
    right: 'return known.has(name)',
    wrong: 'return false && known.has(name)',
  },
  {
    name: 'a filter of teams looks at the team after the step only',
    file: 'src/core/clients/scope.ts',
    right: 'states.some(covers)',
    wrong: 'states.slice(0, 1).some(covers)',
  },
  {
    name: 'versions are not compared',
    file: 'test/support/memory-store.ts',
    right: 'before?.version !== expected && !own',
    wrong: 'false',
  },
];

export const mistakes: Part = async ({ quick }) => {
  const { path: folder, remove } = scratchFolder();
  const failures: string[] = [];
  const found: string[] = [];
  for (const { file, right } of MISTAKES) {
    if (!readFileSync(join(ROOT, file), 'utf8').includes(right))
      throw new Error(`${file} no longer holds: ${right}`);
  }
  try {
    for (const mistake of quick ? MISTAKES.slice(0, 2) : MISTAKES) {
      const after = await schedulesUntilFound(mistake, folder);
      if (after === undefined) failures.push(`not found within ${SCHEDULES} schedules: ${mistake.name}`);
      else found.push(`${mistake.name} (${after})`);
    }
  } finally {
    remove();
  }
  const summary = `${found.length} of ${found.length + failures.length} mistakes found, after so many schedules: ${found.join(', ')}`;
  return { summary, failures };
};

/** How many schedules it takes; undefined where they are not enough. */
async function schedulesUntilFound(mistake: Mistake, folder: string): Promise<number | undefined> {
  const outfile = join(folder, 'mistaken.cjs');
  await build({
    stdin: {
      contents: `import { runSchedule } from './test/torture/memory/schedule.ts';
        const find = async () => {
          for (let seed = 0; seed < ${SCHEDULES}; seed++) {
            if (await runSchedule(seed).then(({ wrong }) => wrong.length > 0, () => true)) return seed + 1;
          }
          return '';
        };
        find().then((found) => console.log(found));`,
      resolveDir: ROOT,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    plugins: [
      {
        name: 'mistake',
        setup(bundling) {
          bundling.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
            const text = await readFile(path, 'utf8');
            if (path !== join(ROOT, mistake.file)) return { contents: text, loader: 'ts' };
            return { contents: text.replace(mistake.right, () => mistake.wrong), loader: 'ts' };
          });
        },
      },
    ],
  });
  const told = execFileSync(process.execPath, [outfile], { encoding: 'utf8' }).trim();
  return told === '' ? undefined : Number(told);
}
