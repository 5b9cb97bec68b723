/** `npm run demo` is part of the product: it checks itself and leaves nothing behind. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { tempFolder } from '../../support/sample-repo.ts';

it('the demo catches up with a receiver that was down, checks the order, and cleans up', () => {
  const temp = tempFolder();
  const demo = fileURLToPath(new URL('../../../examples/demo/demo.mjs', import.meta.url));
  const { status, stdout, stderr } = spawnSync(process.execPath, [demo], {
    env: { PATH: process.env['PATH'], TMPDIR: temp, NO_COLOR: '1' },
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  expect(stdout).toContain('$ team-events');
  expect(stdout).toContain('status 503');
  expect(readdirSync(temp)).toEqual([]);
});
