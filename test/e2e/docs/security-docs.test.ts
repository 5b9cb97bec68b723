/** docs/security.md says what the code does, and what it promises is tested. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPolicy } from '../../../src/adapters/files/policy-file.ts';
import { DEFAULT_NETWORK_POLICY, refusal } from '../../../src/adapters/network/network-policy.ts';
import { tempFolder } from '../../support/sample-repo.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DOCS = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** The rows of the table with this heading in its first column. */
function rowsOf(heading: string): string[][] {
  const [, table = ''] = DOCS.split(new RegExp(`^\\| ${heading} .*\\n\\|[ |-]+\\n`, 'm'));
  return (table.split(/\n(?!\|)/)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const named = (text = ''): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);

describe('the table of threats', () => {
  const threats = rowsOf('threat');

  it.each(threats)('%s: %s', (_threat, defence, tests = '') => {
    expect(defence).not.toBe('');
    const files = [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => join(ROOT, 'docs', path));
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
  });

  it('has a line for each', () => expect(threats.length).toBeGreaterThan(15));
});

describe('the table of fences', () => {
  const fences = rowsOf('fence');

  /** As it stands in quotes: the name of a test, or of a row of its table. */
  const isIn = (text: string, name: string): boolean =>
    [`'${name.replaceAll("'", "\\'")}'`, `"${name}"`, `\`${name}\``].some((quoted) => text.includes(quoted));

  it.each(fences)('%s', (_fence, attack, tests = '') => {
    expect(attack).not.toBe('');
    const shown = [...tests.matchAll(/\]\(([^)]+)\): `([^`]+)`/g)];
    expect(shown.length).toBe(tests.split('](').length - 1);
    expect(shown.length).toBeGreaterThan(0);
    for (const [, path = '', name = ''] of shown) {
      const text = readFileSync(join(ROOT, 'docs', path), 'utf8');
      expect(isIn(text, name), `${path}: ${name}`).toBe(true);
    }
  });

  it('has a line for each', () => expect(fences.length).toBeGreaterThan(25));
});

describe('the table of rules', () => {
  const rules = rowsOf('rule').filter(([, refused]) => /[\d:]{3}/.test(refused ?? ''));

  it.each(rules)('%s: %s', (_rule, refused = '', allowed = '') => {
    const addresses = [
      ...named(refused),
      ...(refused.match(/(?<![\d./`])\d+\.\d+\.\d+\.\d+(?![/\d])/g) ?? []),
    ];
    expect(addresses.length).toBeGreaterThan(0);
    for (const cidr of addresses) {
      const address = cidr.replace(/\/.*/, '');
      const rule = refusal(DEFAULT_NETWORK_POLICY, address, address, false);
      expect(rule).toMatch(allowed === 'never' ? /always refused$/ : /refused unless/);
    }
  });
});

describe('the table of keys', () => {
  const keys = rowsOf('key of').flatMap(([key]) => named(key));

  it('names those of examples/policy.yml, and all that the program knows', () => {
    const example = readFileSync(join(ROOT, 'examples/policy.yml'), 'utf8');
    const network = example.slice(example.indexOf('\nnetwork:'), example.indexOf('\nguard:'));
    const shown = [...network.matchAll(/^ {2}(?:# )?([a-z0-9]+): /gm)].map(([, key]) => key);
    expect(new Set(shown)).toEqual(new Set(keys));
    expect(keys).toEqual(expect.arrayContaining(Object.keys(DEFAULT_NETWORK_POLICY)));
    for (const key of keys) {
      const path = join(tempFolder(), 'policy.yml');
      writeFileSync(path, `network: { ${key}: { no: mapping } }\n`);
      expect(() => readPolicy(path, { allowHost: [] })).toThrow(new RegExp(`network\\.${key}: expected`));
    }
  });
});

it('is linked by the README', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('(docs/security.md)');
});
