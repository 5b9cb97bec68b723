// The results of a bench run as people read them: the table of docs/performance.md, and its plot.

const digits = (value) => (value >= 100 ? 0 : value >= 10 ? 1 : 2);
/** `unit`: of a count, none. */
function amount(value, unit) {
  if (value === null) return '';
  if (unit === '') return String(value);
  if (unit === '×') return `${value.toFixed(2)} ×`;
  if (unit === 'ms' && value >= 10_000) return amount(value / 1000, 's');
  return `${value.toFixed(digits(value))} ${unit}`;
}
const isOver = ({ value, atMost }) => atMost !== null && value > atMost;

/** As prettier writes it. */
export function renderTable({ machine, runs, rows }) {
  const { processor, cores, memoryGiB, system, node, git } = machine;
  const lines = [
    ['work', 'held against', 'team-events', 'measured', 'goal', ''],
    ...rows.map((row) => [
      row.work,
      amount(row.baseline, row.unit),
      amount(row.ours, row.unit),
      amount(row.value, row.valueUnit),
      row.atMost === null ? '' : `≤ ${row.atMost} ${row.valueUnit}`.trimEnd(),
      row.atMost === null ? '' : isOver(row) ? 'missed' : 'ok',
    ]),
  ];
  const widths = lines[0].map((_, column) => Math.max(3, ...lines.map((line) => line[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = lines.map(line);
  return [
    `${cores} × ${processor}, ${memoryGiB} GiB, ${system}, Node ${node}, git ${git}; medians of ${runs} pairs.`,
    '',
    head,
    line(widths.map((width) => '-'.repeat(width))),
    ...body,
  ].join('\n');
}

const WIDTH = 720;
const BAR = 22;
const LEFT = 330;
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const text = (x, y, words, more = '') => `<text x="${x}" y="${y}" ${more}>${escape(words)}</text>`;

/** Above the ratios with their goals, below how time and memory grow with the range. */
export function renderPlot({ machine, rows, growth }) {
  const ratios = rows.filter(({ valueUnit, atMost }) => valueUnit === '×' && atMost !== null);
  const bars = ratios.map((row, index) =>
    bar(row, 40 + index * BAR, Math.max(...ratios.map(({ value }) => value))),
  );
  const top = 90 + ratios.length * BAR;
  const height = top + 260;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="11">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    text(
      12,
      20,
      `Times what it is held against; the line is the goal (${machine.processor}, Node ${machine.node})`,
      'font-weight="bold"',
    ),
    ...bars,
    text(12, top - 14, 'How time and memory grow with the range', 'font-weight="bold"'),
    ...curve(growth, ({ ms }) => ms / 1000, 's', '#2b6cb0', 12, top),
    ...curve(growth, ({ peakMB }) => peakMB, 'MB', '#2f855a', WIDTH / 2 + 6, top),
    '</svg>',
    '',
  ].join('\n');
}

function bar(row, y, largest) {
  const x = (value) => LEFT + (value / largest) * (WIDTH - LEFT - 60);
  const mark = x(row.atMost).toFixed(1);
  const label = row.work.length > 52 ? `${row.work.slice(0, 51)}…` : row.work;
  return [
    text(LEFT - 8, y + 11, label, 'text-anchor="end"'),
    `<rect x="${LEFT}" y="${y}" width="${(x(row.value) - LEFT).toFixed(1)}" height="14" fill="${isOver(row) ? '#c05621' : '#2f855a'}"/>`,
    `<path d="M${mark} ${y - 3}v20" stroke="#1a202c" stroke-width="2"/>`,
    text(Number((Math.max(x(row.value), x(row.atMost)) + 6).toFixed(1)), y + 11, `${row.value.toFixed(2)}`),
  ].join('');
}

function curve(growth, valueOf, unit, colour, left, top) {
  if (growth.length === 0) return [];
  const [width, height] = [WIDTH / 2 - 90, 180];
  const most = { x: Math.max(...growth.map(({ commits }) => commits)), y: Math.max(...growth.map(valueOf)) };
  const points = growth.map((point) => ({
    x: Number((left + 40 + (point.commits / most.x) * width).toFixed(1)),
    y: Number((top + 20 + height - (valueOf(point) / most.y) * height).toFixed(1)),
    label: `${valueOf(point).toFixed(unit === 's' ? 1 : 0)}`,
  }));
  const base = top + 20 + height;
  return [
    `<path d="M${left + 40} ${top + 20}v${height}h${width}" fill="none" stroke="#718096"/>`,
    `<polyline points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`,
    ...points.map(
      ({ x, y, label }) =>
        `<circle cx="${x}" cy="${y}" r="3" fill="${colour}"/>${text(x, y - 7, label, 'text-anchor="middle"')}`,
    ),
    text(left + 40, base + 16, '0'),
    text(left + 40 + width, base + 16, `${most.x.toLocaleString('en-US')} commits`, 'text-anchor="middle"'),
    text(left, top + 24, unit),
  ];
}
