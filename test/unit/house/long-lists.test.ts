/** Lists may be longer than a call can have arguments (about 120,000): files and git give them any length. */
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/core/catalogue/configuration/configuration.ts';
import { unreadFiles } from '../../../src/core/catalogue/unread-files.ts';
import { columnWidth } from '../../../src/adapters/process/terminal/style.ts';

const MANY = 200_000;
const many = <Item>(item: (index: number) => Item): Item[] =>
  Array.from({ length: MANY }, (_, at) => item(at));

describe('of any length may be', () => {
  it('files whose paths give one id', () => {
    const configuration = parseConfiguration('catalogue: { id: "{file}" }');
    if (!configuration.ok) throw new Error('no configuration');
    const files = many((at) => ({ path: `teams/${at}/a.yml`, kind: 'file' as const, blob: '' }));
    expect(unreadFiles(files, configuration.value.idTemplate)?.take(['teams/a.yml'])).toHaveLength(MANY);
  });

  it('a column of names', () => {
    expect(columnWidth(many((at) => String(at)))).toBe(6);
    expect(columnWidth([])).toBe(0);
  });
});
