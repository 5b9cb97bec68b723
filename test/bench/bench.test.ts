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
    stdio: ['ignore', 'pipe', 'ignore'],
  });

interface Row {
  readonly name: string;
  readonly value: number;
  /** Of what was printed, where that can be compared. */
  readonly printed?: string;
}

describe('the benchmark', () => {
  it('does the work of every row but the slow ones, and knows one answer by two ways', () => {
    const dry = 'events,snapshot,one-path,one-content,nothing,flat-path,flat-content,deliveries';
    const printed = bench('--quick', '--only', dry);
    const { rows } = JSON.parse(printed.trimEnd().split('\n').at(-1) ?? '') as { rows: readonly Row[] };
    expect(rows.map(({ name }) => name)).toEqual(dry.split(','));
    for (const { value } of rows) expect(value).toBeGreaterThan(0);
    const of = (name: string): string => rows.find((row) => row.name === name)?.printed ?? `no ${name}`;
    // The ids are the same whether they are taken from the path or from the content.
    expect(of('one-path')).toBe(of('one-content'));
    expect(of('flat-path')).toBe(of('flat-content'));
    expect(new Set([of('events'), of('snapshot'), of('one-path'), of('nothing')]).size).toBe(4);
  });

  it('made the table and the plot that docs/performance.md shows', () => {
    const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');
    const { table, plot } = JSON.parse(bench('--render', '--quick')) as { table: string; plot: string };
    expect(read('docs/performance.md')).toContain(table);
    expect(read('docs/performance.svg')).toBe(plot);
  });
});
