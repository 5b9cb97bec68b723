import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './sample-repo.ts';

/** Arguments of node that run this code before the program: how its context are made to fail. */
export function preload(code: string): readonly string[] {
  const path = join(tempFolder(), 'preload.cjs');
  writeFileSync(path, code);
  return ['--require', path];
}
