/** The texts that `init` writes are read back as they were meant. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTING_KEYS, type Settings } from '../../../../src/commands/init/detect/reading.ts';
import { chooseCi, CI_KINDS } from '../../../../src/commands/init/written/ci-choice.ts';
import { ciFile } from '../../../../src/commands/init/written/ci-file.ts';
import { clientsText } from '../../../../src/commands/init/written/clients-text.ts';
import { configurationText } from '../../../../src/commands/init/written/configuration-text.ts';
import { parseConfiguration } from '../../../../src/core/catalogue/configuration/configuration.ts';
import { readClients } from '../../../../src/core/clients/file/clients-file.ts';
import { parseYaml } from '../../../../src/core/yaml/yaml-text.ts';

describe('the configuration', () => {
  it('is nothing where the defaults suffice', () => {
    expect(configurationText({})).toBeUndefined();
  });

  it('holds any text as it is', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
    const value = fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 12 }));
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...SETTING_KEYS), value, { minKeys: 1 }),
        (settings: Settings) => {
          const read = parseYaml(configurationText(settings) ?? '');
          expect(read.ok && (read.value.documents[0] as { catalogue: unknown }).catalogue).toEqual({
            ...settings,
          });
        },
      ),
    );
  });

  it('has a comment above each key, and is a configuration', () => {
    const text = configurationText({ files: 'a/*.yml', layout: 'map', members: ['people', 'leads'] }) ?? '';
    expect(parseConfiguration(text).ok).toBe(true);
    expect(text.split('\n').filter((line) => line.startsWith('  #'))).toHaveLength(3);
  });
});

describe('the clients file', () => {
  it('has one client, which is paused and needs no variable', () => {
    const file = readClients(clientsText());
    expect(file).toMatchObject({ misconfigured: [], problems: [] });
    expect(parse(clientsText())).toMatchObject({ clients: [{ name: 'first-client', paused: true }] });
    expect(clientsText()).toContain("secrets: ['${SECRET}']");
  });
});

const FACTS = {
  version: '1.2.3',
  branch: 'trunk: #1',
  origin: undefined,
  has: () => false,
  runsIt: () => false,
};

describe('the CI', () => {
  it.each(CI_KINDS)('%s: every image is one to fill in, and nothing comes from a public registry', (kind) => {
    const { text, path, fillIn } = ciFile(kind, FACTS);
    const named = [...text.matchAll(/(?:image|repository): '?([^\s',]+)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) {
      expect(name).toMatch(/^registry\.example\.com\/platform\/team-events(?::1\.2\.3)?$/);
      expect(fillIn[0]).toContain(`into ${path} in place of ${name};`);
    }
    expect(text).not.toMatch(/\b(?:npx|npm|pip|curl|wget)\b/);
    const actions = [...text.matchAll(/uses: (.*)/g)].map(([, name]) => name);
    expect(new Set(actions)).toEqual(new Set(actions.length > 0 ? ['actions/checkout@v4'] : []));
  });

  it.each([
    ['.gitlab-ci.yml', 'https://github.com/a/b', 'gitlab'],
    ['.github/workflows/x.yml', 'https://git.example.com/a/b', 'github'],
    ['.gitea/workflows/x.yml .github/workflows/x.yml', undefined, 'gitea'],
    ['.forgejo/workflows/x.yml', undefined, 'gitea'],
    ['', 'https://github.com/a/b', 'github'],
    ['', 'https://gitlab.example.com/a/b', 'gitlab'],
    ['', 'https://codeberg.org/a/b', 'gitea'],
    ['docs/.gitlab-ci.yml', 'https://git.example.com/gitlab/b', undefined],
    ['', undefined, undefined],
  ])('%s at %s: %s', (paths, origin, kind) => {
    expect(chooseCi(paths.split(' '), origin)?.kind).toBe(kind);
  });

  it.each(CI_KINDS)('%s: the file is YAML, on the default branch, with the version', (kind) => {
    const { text } = ciFile(kind, FACTS);
    expect(() => parse(text) as unknown).not.toThrow();
    expect(JSON.stringify(parse(text))).toContain('1.2.3');
    // GitLab names the default branch itself.
    expect(JSON.stringify(parse(text))).toContain(kind === 'gitlab' ? '$CI_DEFAULT_BRANCH' : 'trunk: #1');
  });
});
