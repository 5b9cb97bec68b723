// Bundles src/cli/main.ts and its libraries into the one file that bin/team-events.js starts, and keeps beside it the licences
// of those libraries, and the code that V8 made of it in a run.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledPackages, thirdPartyNotices } from './third-party-notices.mjs';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/**
 * js-yaml 5 makes the state of each parse by spreading its options first, which leaves V8 (Node 20 to 24) with a
 * slow object for everything that follows. The same state written out key by key parses a team file twice as fast
 * (docs/performance.md). The build fails where the library no longer has these lines.
 */
const STATES = [
  [
    '...DEFAULT_PARSER_OPTIONS,\n\t\t...options,',
    'filename: options.filename ?? "", maxDepth: options.maxDepth ?? 100,',
  ],
  [
    '...DEFAULT_CONSTRUCTOR_OPTIONS,\n\t\t...options,',
    'source: options.source, filename: options.filename ?? "", schema: options.schema ?? CORE_SCHEMA, ' +
      'json: options.json ?? false, maxTotalMergeKeys: options.maxTotalMergeKeys ?? 1e4, maxAliases: options.maxAliases ?? -1,',
  ],
];
const fastYamlState = {
  name: 'fast-yaml-state',
  setup({ onLoad }) {
    onLoad({ filter: /js-yaml\.mjs$/ }, async ({ path }) => {
      let contents = await readFile(path, 'utf8');
      for (const [spread, writtenOut] of STATES) {
        if (contents.split(spread).length !== 2) throw new Error(`js-yaml no longer holds: ${spread}`);
        contents = contents.replace(spread, writtenOut);
      }
      return { contents, loader: 'js' };
    });
  },
};

/**
 * What only runs with such a client need, each in a file of its own: the others neither read nor compile it. Modules by
 * the name of their file, which CommonJS requires when the program imports them.
 */
const LATE = {
  'team-events-kafka': 'src/adapters/destinations/kafka/kafka-broker.ts',
  'team-events-rabbitmq': 'src/adapters/destinations/rabbitmq/rabbitmq-broker.ts',
};
const loadedLate = {
  name: 'loaded-late',
  setup({ onResolve }) {
    onResolve({ filter: /-broker\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      const [file] =
        Object.entries(LATE).find(([, module]) => join(ROOT, module) === join(resolveDir, path)) ?? [];
      return file && { path: `./${file}.cjs`, external: true };
    });
  },
};

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const CODE = new URL('../dist/team-events.v8', import.meta.url);
rmSync(CODE, { force: true }); // of another bundle

const { metafile } = await build({
  absWorkingDir: ROOT,
  // Each into one file of its own: the second is what concourse/resource-type starts.
  entryPoints: {
    'team-events': 'src/cli/main.ts',
    'team-events-resource': 'src/concourse/resource.ts',
    ...LATE,
  },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  // CommonJS loads what a command does not need (the network, say) not at all; modules load all of it first.
  format: 'cjs',
  target: 'node20.19',
  supported: { 'dynamic-import': false }, // the bundle runs as a script, which cannot import: it requires
  minifySyntax: true,
  // Names stay, so that stacks can be read, and lines have an end: Node shows the one in which an error was not caught.
  minifyWhitespace: true,
  lineLimit: 200,
  sourcemap: 'linked',
  legalComments: 'none', // whole texts instead, of all packages: below
  metafile: true,
  define: { TEAM_EVENTS_VERSION: JSON.stringify(version) },
  plugins: [fastYamlState, loadedLate],
});
const folders = bundledPackages(metafile).map((folder) => join(ROOT, folder));
writeFileSync(join(ROOT, 'dist/THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(folders));

/**
 * Of a dry run of a small repository: what that does not use is compiled when it is. Without git there is no code beside
 * the bundle, which then starts slower.
 */
function keepCode() {
  const repo = mkdtempSync(join(tmpdir(), 'team-events-build-'));
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=Build', '-c', 'user.email=build@example.com', ...args], {
      cwd: repo,
      env,
    });
  const path = (file) => fileURLToPath(new URL(file, import.meta.url));
  try {
    git('init', '--quiet');
    mkdirSync(join(repo, 'teams'));
    for (const members of ['alice, { id: bob, role: dev }', 'alice, carol']) {
      const text = `id: a\nname: "A"\nmembers: [${members}]\ntags:\n  - core\n`;
      writeFileSync(join(repo, 'teams/a.yml'), text);
      git('add', '.');
      git('commit', '--quiet', '--message', 'Change a team');
    }
    const run = ['-C', repo, '--print-events', '--format', 'ndjson', '--from', 'root'];
    execFileSync(
      process.execPath,
      ['--require', path('keep-code.cjs'), path('../bin/team-events.js'), ...run],
      { env: { ...env, CODE_FILE: fileURLToPath(CODE) } },
    );
  } catch (error) {
    rmSync(CODE, { force: true });
    console.warn(`built without compiled code: ${error.message}`);
  } finally {
    rmSync(repo, { recursive: true, force: true });
  }
}
keepCode();
