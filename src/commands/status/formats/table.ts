/** The table of `status`: columns as wide as what is in them, and without those in which nothing is. */
import { columnWidth, type Style } from '../../../adapters/process/terminal/style.ts';

const COLUMNS = ['client', 'state', 'behind', 'oldest', 'at', 'problem', 'contact'] as const;

export interface Row {
  readonly mark: '✓' | '✗' | '‖' | '·' | '?';
  /** Each in one line. */
  readonly cells: Readonly<Record<(typeof COLUMNS)[number], string>>;
  /** Lines below it. */
  readonly below: readonly string[];
}

/** The head and the rows; nothing where there is no row. */
export function tableLines(rows: readonly Row[], style: Style): readonly string[] {
  if (rows.length === 0) return [];
  const columns = COLUMNS.filter((column) => rows.some(({ cells }) => cells[column] !== ''));
  const widths = new Map(
    columns.map((column) => [column, columnWidth([column, ...rows.map(({ cells }) => cells[column])])]),
  );
  const line = (textOf: (column: (typeof COLUMNS)[number]) => string): string =>
    columns
      .map((column) => textOf(column).padEnd(widths.get(column) ?? 0))
      .join('  ')
      .trimEnd();
  return [
    style.dim(`  ${line((column) => column)}`),
    ...rows.flatMap(({ mark, cells, below }) => {
      const colour = mark === '✓' ? style.green : mark === '✗' ? style.red : style.yellow;
      return [`${colour(mark)} ${line((column) => cells[column])}`, ...below.map((text) => `    ${text}`)];
    }),
  ];
}
