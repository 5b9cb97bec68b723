// What the licences of bundled packages ask for: each package with its licence's whole text, of what esbuild says that it
// put into the bundles.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Shorter than the shortest licence in use: a name, or a link to a text that is elsewhere. */
const LEAST_TEXT = 500;

/** The folders of packages of which something is in an output, by esbuild's metafile; relative to where it was run. */
export function bundledPackages({ outputs }) {
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  const folders = inputs
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    // The last of several: a package inside another's folder is a package of its own.
    .map(([path]) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0])
    .filter((folder) => folder !== undefined);
  return [...new Set(folders)].sort();
}

/** Of files named after it, with what a NOTICE says besides; else what the README says under that heading. */
function licenceText(folder) {
  const names = readdirSync(folder).sort();
  const read = (pattern) =>
    names.filter((name) => pattern.test(name)).map((name) => readFileSync(join(folder, name), 'utf8').trim());
  const files = read(/^(?:licen[cs]e|copying)(?:[.-](?!js|mjs|cjs|ts)[^/]*)?$/i);
  const sections = read(/^readme(?:\.|$)/i).map((readme) => {
    const [, rest = ''] = /^#* *licen[cs]e *\n(?:[-=]+ *\n)?([^]*)/im.exec(readme) ?? [];
    return rest.split(/^(?:#|\[.+\]: )/m)[0].trim(); // to the next heading, or the addresses of links
  });
  return [...(files.length > 0 ? files : sections), ...read(/^notice(?:\.|$)/i)].join('\n\n');
}

/**
 * The text of the notices file: each package by name and version, its licence, and the text of that.
 * @throws {Error} naming all packages that say no licence, or have no text of it
 */
export function thirdPartyNotices(folders) {
  const packages = folders.map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return { name, version, license, text: licenceText(folder) };
  });
  const lacking = packages.filter(
    ({ license, text }) => typeof license !== 'string' || text.length < LEAST_TEXT,
  );
  if (lacking.length > 0) {
    const list = lacking.map(({ name, version }) => `${name} ${version}`).join(', ');
    throw new Error(`bundled without the text of a licence: ${list}. Use a package that has one`);
  }
  const rule = '='.repeat(80);
  return [
    'team-events holds the packages below, each under its own licence.\n',
    ...packages.map(
      (each) => `${rule}\n${each.name} ${each.version} (${each.license})\n${rule}\n\n${each.text}\n`,
    ),
  ].join('\n');
}
