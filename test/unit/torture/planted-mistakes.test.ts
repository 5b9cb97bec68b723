/** The mistakes that torture and fuzzer plant are texts: each must fit the code, or it proves nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { MISTAKES as FUZZ } from '../../fuzz/mistakes.ts';
import { MISTAKES as TORTURE } from '../../torture/mistakes.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

it.each([...TORTURE, ...FUZZ])('$name: stands in $file once', ({ file, right, wrong }) => {
  expect(readFileSync(join(ROOT, file), 'utf8').split(right)).toHaveLength(2);
  expect(wrong).not.toBe(right);
});
