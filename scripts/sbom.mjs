// Prints (CycloneDX) which packages the bundle is made of. `npm sbom --omit dev` would be the same, but leaves out a
// package that a tool of development needs too.
import { execFileSync } from 'node:child_process';

const all = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
const sbom = JSON.parse(execFileSync('npm', all, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }));
const components = sbom.components.filter(({ scope }) => scope === 'required');
const kept = new Set([sbom.metadata.component, ...components].map((component) => component['bom-ref']));
const dependencies = sbom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => kept.has(other)) }));
process.stdout.write(`${JSON.stringify({ ...sbom, components, dependencies }, null, 2)}\n`);
