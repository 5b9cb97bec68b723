/** Who gets the program gets the licence of each package in it too: the build sees to it, and fails where it cannot. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { PROGRAM } from '../../support/program.ts';
import { tempFolder } from '../../support/sample-repo.ts';

const ROOT = join(dirname(PROGRAM), '..');
const DIST = join(ROOT, 'dist');
const NOTICES = readFileSync(join(DIST, 'THIRD-PARTY-NOTICES.txt'), 'utf8');

/** The script that the build runs: Node runs it as it is, so it is no TypeScript. */
const { bundledPackages, thirdPartyNotices } = (await import(
  pathToFileURL(join(ROOT, 'scripts/third-party-notices.mjs')).href
)) as {
  readonly bundledPackages: (metafile: object) => readonly string[];
  readonly thirdPartyNotices: (folders: readonly string[]) => string;
};

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** What the source maps say, which the notices are not made of. */
function packagesInBundles(): readonly Manifest[] {
  const sources = readdirSync(DIST)
    .filter((file) => file.endsWith('.map'))
    .flatMap((file) => (JSON.parse(readFileSync(join(DIST, file), 'utf8')) as { sources: string[] }).sources);
  const folders = sources.flatMap(
    (source) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0] ?? [],
  );
  return [...new Set(folders)].map((folder) => manifestOf(join(DIST, folder)));
}

/** The text below the heading of a package, up to the next one. */
function textOf({ name, version, license }: Manifest): string {
  const rule = '='.repeat(80);
  const [, after = ''] = NOTICES.split(`${rule}\n${name} ${version} (${license})\n${rule}\n`);
  return after.split(rule)[0] ?? '';
}

describe('the notices', () => {
  const packages = packagesInBundles();

  it('hold each bundled package, with its licence and the whole text of that', () => {
    expect(packages.length).toBeGreaterThan(15);
    const wrong = packages.filter((each) => {
      const text = textOf(each);
      return !/copyright/i.test(text) || !/permission is hereby granted[^]*as is/i.test(text);
    });
    expect(wrong).toEqual([]);
  });

  it('hold no others', () => {
    const rule = '='.repeat(80);
    const listed = NOTICES.split(`${rule}\n`).filter((_, index) => index % 2 === 1);
    expect(listed).toEqual(
      packages.map(({ name, version, license }) => `${name} ${version} (${license})\n`).sort(),
    );
  });

  it('are in the package as npm packs it', () => {
    const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--offline', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(packed).toContain('"path": "dist/THIRD-PARTY-NOTICES.txt"');
  });
});

describe('what the notices are made of', () => {
  const TEXT = `Copyright (c) 2020 Somebody\n\n${'Permission is hereby granted, free of charge. '.repeat(20)}`;

  function packageWith(
    files: Readonly<Record<string, string>>,
    manifest: object = { license: 'MIT' },
  ): string {
    const folder = join(tempFolder(), 'node_modules/some');
    mkdirSync(folder, { recursive: true });
    const all = { 'package.json': JSON.stringify({ name: 'some', version: '1.2.3', ...manifest }), ...files };
    for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
    return folder;
  }

  it.each<[string, Readonly<Record<string, string>>]>([
    ['a file LICENSE', { LICENSE: TEXT }],
    ['a file license.md', { 'license.md': TEXT }],
    ['a file LICENCE-MIT', { 'LICENCE-MIT': TEXT }],
    ['a file COPYING', { COPYING: TEXT }],
    ['a heading of the README', { 'README.md': `# some\n\n## License\n\n${TEXT}\n## More\n\nnot this` }],
    [
      'an underlined heading',
      { 'readme.md': `some\n====\n\nLicense\n-------\n\n${TEXT}\n[a]: http://b.example` },
    ],
  ])('the text is in %s', (_, files) => {
    const notices = thirdPartyNotices([packageWith(files)]);
    expect(notices).toContain('some 1.2.3 (MIT)');
    expect(notices).toContain(TEXT.trim());
    expect(notices).not.toMatch(/not this|b\.example/);
  });

  it('of several files all are taken, and what a NOTICE says', () => {
    const notices = thirdPartyNotices([
      packageWith({
        'LICENSE-APACHE': `${TEXT} of one`,
        'LICENSE-MIT': `${TEXT} of two`,
        NOTICE: 'with the work of three',
      }),
    ]);
    for (const part of ['of one', 'of two', 'with the work of three']) expect(notices).toContain(part);
  });

  it.each<[string, Readonly<Record<string, string>>, object?]>([
    ['without any text', {}],
    ['with an empty text', { LICENSE: '\n' }],
    ['whose README only names it', { 'README.md': `# some\n\n## License\n\nMIT\n\n## More\n\n${TEXT}` }],
    ['with a program of that name', { 'license.js': `// ${TEXT}` }],
    ['that names no licence', { LICENSE: TEXT }, {}],
  ])('a package %s ends the build, by its name', (_, files, manifest) => {
    const whole = packageWith({ LICENSE: TEXT }, { name: 'whole', license: 'MIT' });
    expect(() => thirdPartyNotices([whole, packageWith(files, manifest)])).toThrow(
      /^bundled without the text of a licence: some 1\.2\.3\./,
    );
  });

  it('is what is in the outputs: packages inside packages too, not what was left out of a bundle', () => {
    const inputs = {
      'src/cli/main.ts': { bytesInOutput: 10 },
      'node_modules/one/index.js': { bytesInOutput: 10 },
      'node_modules/one/node_modules/@two/three/lib/index.js': { bytesInOutput: 10 },
      'node_modules/unused/index.js': { bytesInOutput: 0 },
    };
    const other = { inputs: { '../node_modules/one/other.js': { bytesInOutput: 1 } } };
    expect(bundledPackages({ outputs: { a: { inputs }, b: other } })).toEqual([
      '../node_modules/one',
      'node_modules/one',
      'node_modules/one/node_modules/@two/three',
    ]);
  });
});
