// Bundles src/cli.ts and its libraries into the one file that bin/team-events.js starts.
import { readFileSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

await build({
  absWorkingDir: new URL('..', import.meta.url).pathname,
  entryPoints: ['src/cli.ts'],
  outfile: 'dist/team-events.mjs',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minifySyntax: true,
  sourcemap: 'linked',
  legalComments: 'linked',
  define: { TEAM_EVENTS_VERSION: JSON.stringify(version) },
  // js-yaml 5 is several times slower on Node 20 with native object spread.
  supported: { 'object-rest-spread': false },
  // Bundled CommonJS libraries call require() for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});
