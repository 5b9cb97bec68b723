// The same build on other Nodes, each beside the one that runs the bench.
import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { comparePairs, dryRun, number, ourProgram } from '../measure.mjs';

const ROOT = new URL('../../..', import.meta.url).pathname;

export async function nodes({ size, repos, work, runs, otherNodes }) {
  const repo = await repos.get('folders');
  const rows = [];
  for (const [index, node] of otherNodes.entries()) {
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const program = copyBuiltBy(node, join(work, `node-${index}`), repo);
    const compare = (label, ...range) => {
      const args = dryRun(repo, ...range);
      const other = { command: [node, program, ...args] };
      return {
        work: `${label}, Node ${version} beside ${process.version}`,
        ...comparePairs(runs, [ourProgram(args)], other),
        unit: 'ms',
        valueUnit: '×',
        atMost: 1,
      };
    };
    rows.push(compare('nothing new', '--from', 'main', '--to', 'main'));
    rows.push(compare(`events of ${number(size.commits)} commits`, '--from', 'root', '--to', 'main'));
  }
  return { rows };
}

/** The build with the code that this Node's V8 makes of it, as scripts/build.mjs keeps it; the program in it. */
function copyBuiltBy(node, folder, repo) {
  for (const part of ['bin', 'dist']) cpSync(join(ROOT, part), join(folder, part), { recursive: true });
  const program = join(folder, 'bin/team-events.js');
  const code = join(folder, 'dist/team-events.v8');
  const run = [program, ...dryRun(repo, '--from', 'main~10', '--to', 'main')];
  rmSync(code, { force: true });
  execFileSync(node, ['--require', join(ROOT, 'scripts/keep-code.cjs'), ...run], {
    env: { ...process.env, CODE_FILE: code },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return program;
}
