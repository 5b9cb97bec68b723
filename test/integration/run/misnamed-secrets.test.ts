/** TEAM_EVENTS_SECRETS under a name that no client has: who was meant, and never a value. */
import { describe, expect, it } from 'vitest';
import { teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createSite } from '../../support/sample-site.ts';

const KEY = `whsec_${Buffer.alloc(24, 6).toString('base64')}`;
const OWN = { TEAM_EVENTS_CLIENT_SIGNED_IN__SECRET: KEY };

describe('TEAM_EVENTS_SECRETS', () => {
  it.each([
    ['a slip', 'signd-in', {}, 'no client is called "signd-in"; is it signed-in?'],
    ['another case', 'Signed_In', {}, 'no client is called "Signed_In"; is it signed-in?'],
    [
      'a slip, though the variable has a value',
      'signd-in',
      OWN,
      'no client is called "signd-in"; is it signed-in?',
    ],
    ['another name, where a variable is missing', 'sign', {}, 'no client is called "sign"'],
    ['another name, where none is', 'sign', OWN, undefined],
    ['the name', 'signed-in', {}, undefined],
    [
      'a name that would begin a line',
      'signed-in\n',
      {},
      'no client is called "signed-in\\n"; is it signed-in?',
    ],
  ])('with %s', async (_, name, env, says) => {
    const { url } = await startReceiver();
    const site = createSite('tag', clientOf('signed-in', url, "    secrets: ['${SECRET}']\n"));
    const variables = { ...env, TEAM_EVENTS_SECRETS: JSON.stringify({ [name]: { SECRET: KEY } }) };
    const at = ['-C', site.directory, '--cursor', site.store, '--clients', site.clientsPath];
    const run = await teamEvents([...at, '--init', '--allow-host', '127.0.0.1'], { env: variables });
    const doctor = await teamEvents(['doctor', ...at, '--allow-host', '127.0.0.1'], { env: variables });
    const told = says === undefined ? [] : [`TEAM_EVENTS_SECRETS: ${says}`];
    expect(run.stderr.split('\n').filter((line) => line.startsWith('warning: '))).toEqual(
      told.map((line) => `warning: ${line}`),
    );
    expect(doctor.stdout.split('\n').filter((line) => line.startsWith('! clients'))).toEqual(
      told.map((line) => `! clients   ${line}`),
    );
    expect(JSON.stringify([run, doctor])).not.toContain(KEY.slice(6));
  });
});
