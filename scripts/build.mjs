// Bundles src/cli.ts and its libraries into the one file that bin/team-events.js starts.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { build } from 'esbuild';

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

await build({
  absWorkingDir: new URL('..', import.meta.url).pathname,
  // Each into one file of its own: the second is what concourse/resource-type starts.
  entryPoints: { 'team-events': 'src/cli.ts', 'team-events-resource': 'src/resource/resource.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  bundle: true,
  platform: 'node',
  // CommonJS loads what a command does not need (the network, say) not at all; modules load all of it first.
  format: 'cjs',
  target: 'node20.19',
  minifySyntax: true,
  sourcemap: 'linked',
  legalComments: 'linked',
  define: { TEAM_EVENTS_VERSION: JSON.stringify(version) },
  plugins: [fastYamlState],
});
