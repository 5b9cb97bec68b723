// package.json as it is packed: npm runs `strip` before (prepack) and `restore` after (postpack). The bundle holds all
// libraries, so the package depends on none; this repository's own package.json goes on naming them.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (file) => fileURLToPath(new URL(file, import.meta.url));
const MANIFEST = path('../package.json');
/** The file as it was; it lies there until it is restored, also where a packing was ended in its middle. */
const KEPT = path('../package.json.unpacked');
/** What only those who work on the program need. */
const DEVELOPMENT = ['scripts', 'dependencies', 'devDependencies', 'overrides'];

function restore() {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
}

function strip() {
  restore();
  const manifest = readFileSync(MANIFEST, 'utf8');
  const packed = Object.entries(JSON.parse(manifest)).filter(([key]) => !DEVELOPMENT.includes(key));
  writeFileSync(KEPT, manifest);
  writeFileSync(MANIFEST, `${JSON.stringify(Object.fromEntries(packed), null, 2)}\n`);
}

const steps = { strip, restore };
steps[process.argv[2]]();
