// npm run bench [-- --runs N] [--only NAME,NAME]: what the program needs beside what the same work needs at least.
//
// The floor of most rows is `node -e ''` + `git log --raw` or `git ls-tree` + `git cat-file --batch` of the same blobs.
// `--before DIR` is the checkout of an older version that is built, `--node FILE` (repeatable) another Node, and
// `--crowd N,N` how many events each of the 1,000 clients gets, at two sizes. A whole run writes bench/results.json, its
// table in docs/performance.md and its plot; `--render` makes table and plot from the results that are there; `--quick` is
// for the tests: each work once on small repos, and nothing written.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { git } from './make-repo.mjs';
import { processor } from './measure.mjs';
import { renderPlot, renderTable } from './render.mjs';
import { FULL, QUICK, rowsOf } from './rows.mjs';

const RESULTS = new URL('../../bench/results.json', import.meta.url);
const PLOT = new URL('../../docs/performance.svg', import.meta.url);
const DOCS = new URL('../../docs/performance.md', import.meta.url);
const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    before: { type: 'string' },
    node: { type: 'string', multiple: true, default: [] },
    crowd: { type: 'string' },
    render: { type: 'boolean', default: false },
  },
});

if (values.render) {
  const results = JSON.parse(readFileSync(RESULTS, 'utf8'));
  if (values.quick) console.log(JSON.stringify({ table: renderTable(results), plot: renderPlot(results) }));
  else show(results);
} else {
  await measureAll(values.quick ? 1 : Number(values.runs));
}

/** Puts table and plot in the place of the earlier ones. */
function show(results) {
  writeFileSync(PLOT, renderPlot(results));
  const text = readFileSync(DOCS, 'utf8');
  const earlier = /^\d+ × .+ pairs\.\n\n(?:\|.+\n)+/mu;
  if (!earlier.test(text)) throw new Error('docs/performance.md has no table');
  writeFileSync(
    DOCS,
    text.replace(earlier, () => `${renderTable(results)}\n`),
  );
}

async function measureAll(runs) {
  const work = mkdtempSync(join(tmpdir(), 'team-events-bench-'));
  try {
    const size = values.quick ? QUICK : FULL;
    const crowd = { ...size.crowd, ...(values.crowd && { events: values.crowd.split(',').map(Number) }) };
    const { before, node: otherNodes } = values;
    const rows = rowsOf({ size: { ...size, crowd }, work, runs, before, otherNodes });
    const names = values.only?.split(',') ?? Object.keys(rows);
    const unknown = names.find((name) => !(name in rows));
    if (unknown !== undefined)
      throw new Error(`--only ${unknown}: the rows are ${Object.keys(rows).join(', ')}`);
    const machine = {
      processor: processor(cpus()),
      cores: cpus().length,
      memoryGiB: Math.round(totalmem() / 2 ** 30),
      system: `${type()} ${release().split('-')[0]}`,
      node: process.version,
      git: git(work, 'version').trim().split(' ')[2],
    };
    const results = { machine, runs, rows: [], growth: [] };
    for (const name of names) {
      process.stderr.write(`${name}: ${rows[name].work} …\n`);
      const { rows: several, growth = [], ...one } = await rows[name].run();
      for (const row of several ?? [{ work: rows[name].work, ...one }]) results.rows.push({ name, ...row });
      results.growth.push(...growth);
    }
    console.log(renderTable(results));
    if (values.quick) console.log(JSON.stringify(results));
    else if (values.only === undefined) {
      writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
      show(results);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
