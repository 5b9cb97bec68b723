/**
 * How the id of a team is made: `{any field}`, `{file}` base name, `{dir}` parent folder, `{path}` path without
 * ending, `{path[1]}` one of its segments, `{key}` map key, with any text between them.
 */
import { nfc } from '../../yaml/yaml-text.ts';
import type { IdFrame } from './id-frame.ts';

/** Texts and placeholder names in turn, starting with a text. */
export type IdTemplate = readonly string[];

export const compileIdTemplate = (template: string): IdTemplate => template.split(/\{([^{}]*)\}/);

/** An id, and the text before and after the value of its last placeholder; all in NFC. */
export interface FilledId extends IdFrame {
  readonly id: string;
}

/** Returns the id, or the names of the placeholders without a value. */
export function fillIdTemplate(
  template: IdTemplate,
  valueOf: (name: string) => string | undefined,
): FilledId | { readonly missing: readonly string[] } {
  let id = '';
  let before = '';
  let missing: string[] | undefined;
  for (let index = 0; index < template.length; index++) {
    const part = template[index] ?? '';
    if (index % 2 === 0) {
      id += part;
      continue;
    }
    const value = valueOf(part);
    before = id;
    if (value === undefined || value === '') (missing ??= []).push(part);
    else id += value;
  }
  return missing === undefined
    ? { id: nfc(id), before: nfc(before), after: nfc(template.at(-1) ?? '') }
    : { missing };
}

/**
 * The value of the placeholder `name` that comes from the file's path; undefined if `name` is not such a placeholder.
 */
export function pathValue(name: string, path: string): string | undefined {
  const ending = path.lastIndexOf('.');
  const bare = ending > path.lastIndexOf('/') + 1 ? path.slice(0, ending) : path;
  if (name === 'path') return bare;
  if (name === 'file') return bare.slice(bare.lastIndexOf('/') + 1);
  if (name === 'dir') return bare.split('/').at(-2);
  const segment = /^path\[([0-9]+)\]$/.exec(name);
  return segment ? bare.split('/')[Number(segment[1])] : undefined;
}

/** The id of every team that a file at `path` can hold; undefined if the id also depends on the content. */
export function idOfPath(template: IdTemplate, path: string): string | undefined {
  const filled = fillIdTemplate(template, (name) => pathValue(name, path));
  return 'id' in filled ? filled.id : undefined;
}
