/** The mistakes that torture, fuzzer and `npm run mutants` plant are texts: each must fit the code, or it proves nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { MISTAKES as FUZZ } from '../../fuzz/mistakes.ts';
import { CATALOGUE_MUTANTS } from '../../mutants/catalogue.ts';
import { DELIVERY_MUTANTS } from '../../mutants/delivery.ts';
import { PLAN_MUTANTS } from '../../mutants/plan.ts';
import { STORY_MUTANTS } from '../../mutants/stories.ts';
import { TEAM_MUTANTS } from '../../mutants/teams.ts';
import { MISTAKES as TORTURE } from '../../torture/mistakes.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const MUTANTS = [
  ...CATALOGUE_MUTANTS,
  ...DELIVERY_MUTANTS,
  ...PLAN_MUTANTS,
  ...STORY_MUTANTS,
  ...TEAM_MUTANTS,
];

it.each([...TORTURE, ...FUZZ, ...MUTANTS])('$name: stands in $file once', ({ file, right, wrong }) => {
  expect(readFileSync(join(ROOT, file), 'utf8').split(right)).toHaveLength(2);
  expect(wrong).not.toBe(right);
});
