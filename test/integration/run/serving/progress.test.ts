/** A long run tells its progress on stderr, by the clock that it is given. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openRepository } from '../../../../src/adapters/git/clone/repository.ts';
import { openOperatorSettings } from '../../../../src/adapters/files/operator-settings.ts';
import { NO_HOOKS } from '../../../../src/core/delivery/lane/lane-hooks.ts';
import { serveWaves } from '../../../../src/run/serving/serve-waves.ts';
import { clientOf, startReceiver } from '../../../support/receiver.ts';
import { createContext } from '../../../support/sample-context.ts';
import { joining } from '../../../support/sample-delivery.ts';
import { createRepo, tempFolder } from '../../../support/sample-repo.ts';
import { logOf } from '../../../support/sample-teams.ts';
import { createTestClock } from '../../../support/test-clock.ts';

it('how much of each client is done, and nothing of one that has ended', async () => {
  const log = logOf(joining('alice', 'bob', 'carol', 'dave'));
  const clock = createTestClock();
  const receiver = await startReceiver((_, __, count) => {
    if (count === 3) clock.pass(10_000);
    return 204;
  });
  const path = join(tempFolder(), 'clients.yml');
  writeFileSync(path, `clients:\n${clientOf('one', receiver.url)}`);
  const context = createContext();
  const options = { policy: undefined, report: undefined, journal: undefined, clients: path, client: [] };
  const repository = await openRepository(createRepo().directory);
  const settings = openOperatorSettings(repository, { ...options, allowHost: ['127.0.0.1'] }, context);
  const lanes = [{ client: 'one', contact: undefined, log }];
  const plan = {
    to: 'b'.repeat(40),
    first: { log, lanes, others: [], waiting: [], problems: [] },
    selects: () => true,
    allowedReachable: -1,
    commands: undefined,
    pausedIsFine: false,
  };
  await serveWaves(plan, settings, NO_HOOKS, context, clock);
  expect(context.notes).toEqual(['one 2/4  0.2/s  10 s left']);
  clock.pass(60_000);
  expect(context.notes).toHaveLength(1);
});
