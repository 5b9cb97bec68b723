// npm run torture, fuzz, oracle, mutants: bundles test/NAME/main.ts, as Node 20 does not read TypeScript, and runs it.
import { mkdirSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const [name] = process.argv.splice(2, 1);
const root = fileURLToPath(new URL('..', import.meta.url));
const outfile = `${root}node_modules/.cache/team-events/${name}.mjs`;
mkdirSync(new URL('../node_modules/.cache/team-events', import.meta.url), { recursive: true });
await build({
  absWorkingDir: root,
  entryPoints: [`test/${name}/main.ts`],
  outfile,
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  sourcemap: 'inline',
  // Paths beside the sources are found as from there; all of them lie two folders deep.
  define: { 'import.meta.url': JSON.stringify(new URL('../test/support/program.ts', import.meta.url).href) },
  logLevel: 'error',
});
await import(pathToFileURL(outfile).href);
