/** What `npm run bench` measures works, on small repos; and the docs show what it wrote. Nothing here is about time. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const bench = (...args: string[]): string =>
  execFileSync(process.execPath, ['test/bench/bench.mjs', ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: 'pipe',
  });

interface Row {
  readonly name: string;
  readonly work: string;
  /** What it is held against; null: nothing. */
  readonly baseline: number | null;
  readonly value: number;
  readonly atMost: number | null;
  /** Of what was printed, where that can be compared. */
  readonly printed?: string;
}

/** Rows of small repos, with the lines of the table that are printed for them. */
function quick(
  names: string,
  ...options: string[]
): { readonly rows: readonly Row[]; readonly table: string[] } {
  const lines = bench('--quick', '--only', names, ...options)
    .trimEnd()
    .split('\n');
  const { rows } = JSON.parse(lines.at(-1) ?? '') as { rows: readonly Row[] };
  return { rows, table: lines.filter((line) => line.startsWith('|')).slice(2) };
}

describe('the benchmark', () => {
  it('does the dry runs, and knows one answer by two ways', () => {
    const dry = 'events,snapshot,one-path,one-content,nothing,flat-path,flat-content';
    const { rows } = quick(dry);
    expect(rows.map(({ name }) => name)).toEqual(dry.split(','));
    for (const { value } of rows) expect(value).toBeGreaterThan(0);
    expect(quick('growth').rows.map(({ name }) => name)).toEqual(Array(4).fill('growth'));
    const of = (name: string): string => rows.find((row) => row.name === name)?.printed ?? `no ${name}`;
    // The ids are the same whether they are taken from the path or from the content.
    expect(of('one-path')).toBe(of('one-content'));
    expect(of('flat-path')).toBe(of('flat-content'));
    expect(new Set([of('events'), of('snapshot'), of('one-path'), of('nothing')]).size).toBe(4);
  });

  // Each row ends the bench where a run does not deliver what it should, or ends with another code.
  it('sends: many lanes, one with order: team and one with batches, past a refused event, at a pace', () => {
    const names = 'deliveries,by-team,batches,refused,pace,crowd,waiting';
    const { rows, table } = quick(names, '--crowd', '1,2');
    expect([...new Set(rows.map(({ name }) => name))]).toEqual(names.split(','));
    const works = rows.map(({ work }) => work).join('\n');
    expect(works).toContain('snapshot of 250 teams sent: order: team, 8 requests at once');
    expect(works).toContain('snapshot of 250 teams sent: batch: step, 3 requests');
    expect(works).toMatch(/20 clients with 2 events each .*, beside 2 × the time of 1 each/);
    expect(works).toMatch(/\d{3} events wait, of 50 teams and 20 commits: peak memory/);
    const refused = rows.find(({ name }) => name === 'refused');
    expect([refused?.baseline, refused?.value]).toEqual([400, 1]);
    for (const [index, { work, value, atMost }] of rows.entries()) {
      expect(table[index]).toContain(work);
      expect(table[index]).toContain(value > (atMost ?? Infinity) ? '| missed |' : '| ok ');
    }
  });

  it('counts round trips, and has rows for an older version and other Nodes only where there are such', () => {
    const alone = quick('remote,nodes').rows;
    expect(alone.map(({ name, baseline, value }) => [name, baseline, value])).toEqual([
      ['remote', null, 1],
      ['remote', null, expect.toSatisfy((trips: number) => trips >= 3)], // a run that lasts writes in between
    ]);
    const { rows } = quick('remote,nodes', '--before', ROOT, '--node', process.execPath);
    expect(rows.map(({ name }) => name)).toEqual([...Array<string>(4).fill('remote'), 'nodes', 'nodes']);
    expect([rows[0]?.baseline, rows[0]?.value]).toEqual([1, 1]);
    expect(rows[5]?.work).toBe(`events of 30 commits, Node ${process.version} beside ${process.version}`);
  });

  it('made the table and the plot that docs/performance.md shows', () => {
    const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');
    const { table, plot } = JSON.parse(bench('--render', '--quick')) as { table: string; plot: string };
    expect(read('docs/performance.md')).toContain(table);
    expect(read('docs/performance.svg')).toBe(plot);
  });
});
