// Prints (CycloneDX) which packages the bundle is made of: of all that `npm sbom` lists, those that the build wrote into the
// notices. `npm sbom --omit dev` leaves out what a tool of development needs too, and lists what no bundle holds.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const all = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
const sbom = JSON.parse(execFileSync('npm', all, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
const notices = readFileSync(new URL('../dist/THIRD-PARTY-NOTICES.txt', import.meta.url), 'utf8');
const bundled = new Set(
  [...notices.matchAll(/^=+\n(\S+) (\S+) \(.+\)\n=+$/gm)].map(([, name, version]) => `${name}@${version}`),
);
const components = sbom.components.filter(({ group, name, version }) =>
  bundled.has(`${group ? `${group}/` : ''}${name}@${version}`),
);
const kept = new Set([sbom.metadata.component, ...components].map((component) => component['bom-ref']));
const dependencies = sbom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
process.stdout.write(`${JSON.stringify({ ...sbom, components, dependencies }, null, 2)}\n`);
