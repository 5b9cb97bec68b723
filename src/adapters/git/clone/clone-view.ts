/**
 * A git directory of our own that shows a clone but obeys nothing in it. Git runs programs that a configuration names
 * (fsmonitor, filters, hooks, upload-pack, credential helpers), lets grafts change history, and more with each version,
 * so no list of things to switch off is complete. Therefore git never sees the clone's git directory, only this one:
 *
 *     view/HEAD, MERGE_HEAD …         copies
 *     view/refs, packed-refs, logs -> those of the clone
 *     view/objects/                   fetched and new objects go here; info/alternates names the clone's objects
 *     view/config                     the harmless part of the clone's configuration: see `DATA`
 */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { escaped, settingOf, settingsText, type Setting } from '../settings.ts';
import { readHead, type FoundClone } from './find-clone.ts';

/** Settings taken over from a clone: none names a program or a file to write, and none changes what is read. */
const DATA: readonly RegExp[] = [
  // How the repository is stored. We fetch what partial clones lack ourselves: see missing-contents.ts
  /^extensions\.(?!partialclone$|worktreeconfig$)/,
  // Where a remote is, and how it is reached
  /^remote\..+\.(?:url|pushurl|proxy|proxyauthmethod|serveroption)$/,
  /^http\.(?:.+\.)?(?:extraheader|proxy|proxyauthmethod)$/,
];

/** Fills the folder `view`. `objects` are object folders in addition to the clone's. */
export function makeView(
  view: string,
  { gitDirectory, commonDirectory }: FoundClone,
  configuration: readonly Setting[],
  objects: readonly string[],
): void {
  for (const name of ['objects/info', 'logs', 'info']) mkdirSync(join(view, name), { recursive: true });
  const alternates = [join(commonDirectory, 'objects'), ...objects];
  write(view, 'objects/info/alternates', alternates.map((path) => `"${escaped(path)}"\n`).join(''));
  write(view, 'config', settingsText(dataOf(configuration)));
  write(view, 'HEAD', readHead(gitDirectory) ?? '');
  link(view, [...REFS, 'logs/refs', 'info/exclude'], commonDirectory);
  link(view, ['logs/HEAD', 'info/sparse-checkout'], gitDirectory);
  for (const name of readdirSync(gitDirectory)) {
    if (/^(?:[A-Z]+_)+HEAD$/.test(name)) write(view, name, readFileSync(join(gitDirectory, name)));
    if (/^sharedindex\.[0-9a-f]+$/.test(name)) link(view, [name], gitDirectory);
  }
}

/**
 * Creates a folder through which git can write objects and refs into the clone, still without obeying anything in it.
 */
export function makeWritableView(
  view: string,
  { commonDirectory }: FoundClone,
  configuration: readonly Setting[],
): void {
  mkdirSync(view);
  // No garbage collection: the view does not show which objects the index and other work trees still need.
  const settings: readonly Setting[] = [
    ['gc.auto', '0'],
    ['receive.autogc', 'false'],
  ];
  write(view, 'config', settingsText([...dataOf(configuration), ...settings]));
  write(view, 'HEAD', readHead(commonDirectory) ?? '');
  link(view, [...REFS, 'objects'], commonDirectory);
}

/**
 * Creates a folder through which git can write refs of its own, beside those of the clone, and objects into the folder
 * `objects`: a fetch into it writes nothing into the clone. False if the clone keeps its refs in another form than files.
 */
export function makeFetchingView(
  view: string,
  { commonDirectory }: FoundClone,
  configuration: readonly Setting[],
  objects: string,
): boolean {
  if (settingOf(configuration, 'extensions.refstorage') !== undefined) return false;
  mkdirSync(join(view, 'refs'), { recursive: true });
  write(view, 'config', settingsText(dataOf(configuration)));
  write(view, 'HEAD', readHead(commonDirectory) ?? '');
  symlinkSync(objects, join(view, 'objects'));
  link(
    view,
    ['packed-refs', ...readdirSync(join(commonDirectory, 'refs')).map((name) => `refs/${name}`)],
    commonDirectory,
  );
  return true;
}

const REFS = ['refs', 'packed-refs', 'reftable'];

function write(view: string, name: string, content: string | Buffer): void {
  writeFileSync(join(view, name), content, { mode: 0o600 });
}

function link(view: string, names: readonly string[], from: string): void {
  for (const name of names) symlinkSync(join(from, name), join(view, name));
}

const dataOf = (configuration: readonly Setting[]): readonly Setting[] => [
  ['core.repositoryformatversion', settingOf(configuration, 'core.repositoryformatversion') ?? '0'],
  ['core.bare', 'true'],
  ...configuration.filter(([key]) => DATA.some((pattern) => pattern.test(key))),
];
