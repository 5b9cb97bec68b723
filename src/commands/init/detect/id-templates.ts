/** Templates that may make the ids of a candidate's teams unique. */
import { valueUnder } from '../../../core/catalogue/reading/key-path.ts';
import { isScalar } from '../../../core/catalogue/reading/json-value.ts';
import type { Candidate } from './candidates.ts';
import { IDENTITIES } from './key-words.ts';
import type { Settings } from './reading.ts';

/** The simplest first; undefined is the default, `{id}`. */
export function idTemplates(candidate: Candidate, { name }: Settings): readonly (string | undefined)[] {
  const teams = candidate.files.flatMap(({ places }) => places.flatMap((place) => place.teams));
  const identity = IDENTITIES.find((key) => teams.every(({ fields }) => isScalar(valueUnder(fields, key))));
  const paths = candidate.files.map(({ path }) => path);
  const folders = varyingFolders(paths);
  const all = folders.map((index) => `{path[${index}]}`);
  const isNamedApart = new Set(paths.map((path) => path.slice(path.lastIndexOf('/')))).size > 1;
  const own = `{${[name ?? []].flat()[0] ?? identity ?? 'name'}}`;
  const last = { map: '{key}', list: own, team: isNamedApart ? '{file}' : '' }[candidate.layout];
  const ofEach = (first: readonly string[]): string[] => [[...first, ...(last ? [last] : [])].join('/')];
  const isEntity = identity === 'metadata.name'; // a name of its own counts more than a path
  return [
    ...(isEntity ? ['{metadata.name}'] : []),
    undefined,
    ...(candidate.layout === 'team' && !isNamedApart ? ['{dir}'] : []),
    ...(identity === undefined || candidate.layout === 'map' ? [] : [`{${identity}}`]),
    ...(all.length > 0 ? ofEach(all.slice(0, 1)) : []),
    ...(all.length > 1 ? ofEach(all) : []),
    ...(candidate.layout === 'team' ? ['{path}'] : [`{file}/${last}`, `{path}/${last}`]),
  ].filter((id) => id !== '');
}

/** The places of folders whose names differ between paths, from the root. */
function varyingFolders(paths: readonly string[]): readonly number[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const depth = Math.min(...folders.map((list) => list.length));
  return Array.from({ length: depth }, (_, index) => index).filter(
    (index) => new Set(folders.map((list) => list[index])).size > 1,
  );
}
