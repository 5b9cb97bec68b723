/** The layout that CONTRIBUTING.md draws: seven wings, small files, and lint that holds the arrows between them. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
/** From the top down: each may import those below it; the two ways in stand beside each other. */
const WINGS = ['cli', 'concourse', 'commands', 'run', 'reporters', 'adapters', 'core'];
const SOURCES = execFileSync('git', ['ls-files', '-co', '--exclude-standard', 'src'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path.endsWith('.ts'));

describe('the folders of src', () => {
  it('are the wings, and nothing but the errors lies loose', () => {
    const top = new Set(SOURCES.map((path) => path.split('/')[1] ?? ''));
    expect([...top].sort()).toEqual([...WINGS, 'errors.ts'].sort());
  });

  it('have at most twelve files each', () => {
    const counts = new Map<string, number>();
    for (const path of SOURCES) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
    expect([...counts].filter(([, count]) => count > 12)).toEqual([]);
  });

  it('have short files: half of them under 90 lines', () => {
    const lengths = SOURCES.map((path) => readFileSync(join(ROOT, path), 'utf8').split('\n').length - 1);
    lengths.sort((a, b) => a - b);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThan(90);
    expect(lengths.at(-1)).toBeLessThanOrEqual(250);
  });
});

describe('the rule that no story lends to another', () => {
  it('knows each story', () => {
    const stories = SOURCES.flatMap((path) => /^src\/commands\/([^/]+)\/index\.ts$/.exec(path)?.[1] ?? []);
    const [, known = ''] =
      /\{1,2\}\(([\w|]+)\)\/"/.exec(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) ?? [];
    expect(known.split('|')).toEqual([...new Set([...stories, 'cursor'])].sort());
  });
});

describe('CONTRIBUTING.md', () => {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');

  it('names files and folders that are there', () => {
    const named = [...text.matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path = '']) => path);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((path) => !/NAME|STORY/.test(path) && !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const named = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

/** What each source imports, types and late imports included. */
const importsOf = (text: string, path: string): string[] =>
  [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, to = '']) => join(dirname(path), to));

/** The files that lie on a circle of imports. */
function onCircles(sources: ReadonlyMap<string, string>): string[] {
  const imports = new Map([...sources].map(([path, text]) => [path, importsOf(text, path)]));
  const reaches = (from: string, to: string): boolean => {
    const seen = new Set<string>();
    const queue = [...(imports.get(from) ?? [])];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (path === to) return true;
      if (!seen.has(path)) queue.push(...(imports.get(path) ?? []));
      seen.add(path);
    }
    return false;
  };
  return [...sources.keys()].filter((path) => reaches(path, path));
}

describe('imports', () => {
  it('run in no circle, not by late imports either, which lint does not follow', () => {
    expect(onCircles(new Map(SOURCES.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])))).toEqual(
      [],
    );
  });

  it('are found in one', () => {
    const circle = new Map([
      ['src/run/one.ts', "const two = () => import('./two.ts');"],
      ['src/run/two.ts', "import type { One } from './one.ts';"],
      ['src/run/three.ts', "import { two } from './two.ts';"],
    ]);
    expect(onCircles(circle)).toEqual(['src/run/one.ts', 'src/run/two.ts']);
  });
});

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
  readonly message: string;
}

/** What a file imports in the planted tree: each line is one import. */
const planted = (...imports: string[]): string =>
  `${imports.map((path, index) => `import { value as v${index} } from '${path}';`).join('\n')}
export const value = [${imports.map((_, index) => `v${index}`).join(', ')}];
`;

describe('lint', () => {
  let folder = '';
  let found: readonly Diagnostic[] = [];
  const files = new Map<string, string>();
  const reportedIn = (path: string, rule: string): boolean =>
    found.some(({ filename, code }) => filename === path && code.includes(rule));

  beforeAll(() => {
    for (const wing of WINGS) {
      files.set(`src/${wing}/noun.ts`, planted());
      for (const other of WINGS)
        files.set(`src/${wing}/planted/takes-${other}.ts`, planted(`../../${other}/noun.ts`));
    }
    files.set('src/errors.ts', planted('./core/noun.ts'));
    files.set(
      'src/core/planted/reads-files.ts',
      "import { readFileSync as v0 } from 'node:fs';\nexport const value = [v0];\n",
    );
    files.set('src/core/planted/knows-time.ts', 'export const value = [Date.now()];\n');
    files.set('src/commands/replay/index.ts', planted('../status/index.ts'));
    files.set('src/commands/status/index.ts', planted());
    files.set(
      'src/run/circle/one.ts',
      "import type { Two } from './two.ts';\nexport interface One { readonly two: Two }\n",
    );
    files.set(
      'src/run/circle/two.ts',
      "import type { One } from './one.ts';\nexport interface Two { readonly one: One }\n",
    );

    folder = mkdtempSync(join(tmpdir(), 'team-events-lint-'));
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    copyFileSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    const oxlint = join(ROOT, 'node_modules/.bin/oxlint');
    const { stdout } = spawnSync(oxlint, ['--format', 'json', 'src'], { cwd: folder, encoding: 'utf8' });
    ({ diagnostics: found } = JSON.parse(stdout) as { diagnostics: Diagnostic[] });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Which wings a wing may import; a way in takes nothing that only stories share. */
  const allowed = (wing: string, other: string): boolean => {
    if (wing === 'cli') return other !== 'run' && other !== 'concourse';
    if (wing === 'concourse') return other !== 'cli';
    return WINGS.indexOf(other) >= WINGS.indexOf(wing);
  };

  it.each(WINGS.flatMap((wing) => WINGS.map((other) => [wing, other] as const)))(
    'lets %s import %s only where the arrows say so',
    (wing, other) => {
      const reported = reportedIn(`src/${wing}/planted/takes-${other}.ts`, 'no-restricted-imports');
      expect(reported).toBe(!allowed(wing, other));
    },
  );

  it.each([
    ['the errors take nothing', 'src/errors.ts', 'no-restricted-imports'],
    ['the core reads no file', 'src/core/planted/reads-files.ts', 'no-restricted-imports'],
    ['the core has no clock', 'src/core/planted/knows-time.ts', 'no-restricted-properties'],
    ['a story lends nothing to another', 'src/commands/replay/index.ts', 'no-restricted-imports'],
    ['no circle, not of types either', 'src/run/circle/one.ts', 'no-cycle'],
  ])('holds that %s', (_, path, rule) => {
    expect(reportedIn(path, rule)).toBe(true);
  });
});
