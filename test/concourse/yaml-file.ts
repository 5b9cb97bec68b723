/** The YAML files of concourse/. */
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseYaml } from '../../src/core/yaml/yaml-text.ts';

export const CONCOURSE = fileURLToPath(new URL('../../concourse', import.meta.url));

export const PIPELINES: readonly string[] = readdirSync(CONCOURSE).filter((name) =>
  /^pipeline.*\.yml$/.test(name),
);

/** `path` is absolute, or below concourse/. */
export const textOf = (path: string): string => readFileSync(resolve(CONCOURSE, path), 'utf8');

/** A file's one document. */
export const parsed = (path: string): unknown => parsedText(textOf(path), path);

export function parsedText(text: string, path: string): unknown {
  const yaml = parseYaml(text);
  if (!yaml.ok) throw new Error(`${path}: ${yaml.wrong.message}`);
  if (yaml.value.documents.length !== 1) throw new Error(`${path}: ${yaml.value.documents.length} documents`);
  return yaml.value.documents[0];
}
