/** Most stories are told inside the test's process (`teamEvents`): there each command says what its process says. */
import { expect, it } from 'vitest';
import { startTeamEvents, teamEvents } from '../../support/program.ts';
import { clientOf, startReceiver } from '../../support/receiver.ts';
import { createSite, LOCAL } from '../../support/sample-site.ts';

/** `send` makes new ids each time. */
const SAMPLE = /(?<=evt_sample_)[0-9a-f]+|[0-9a-f]+(?= {2}Create the sample)/g;

it.each([
  ['notify', ['notify', '--from', 'root', '--format', 'ndjson', ...LOCAL]],
  ['notify to a client that refuses', ['notify', '--from', 'root', '--client', 'refuses', ...LOCAL]],
  ['notify --init, which keeps cursors', ['notify', '--init', '--client', 'one', ...LOCAL]],
  ['a dry run', ['--print-events', '--from', 'root', '--color', 'always']],
  ['status', ['status', '--format', 'json']],
  ['replay', ['replay', 'HEAD~1..HEAD', '--client', 'one', '--execute', ...LOCAL]],
  ['cursor show', ['cursor', 'show']],
  ['cursor set', ['cursor', 'set', 'one', 'now', '--execute']],
  ['cursor unlock', ['cursor', 'unlock', 'one', '--execute']],
  ['check', ['check', '--base', 'HEAD~1', '--format', 'json']],
  ['schema', ['schema', 'clients']],
  ['send', ['send', '--client', 'refuses', '--type', 'team.created', ...LOCAL]],
  ['help', ['notify', '--help']],
  ['a version', ['--version']],
  ['an option that there is not', ['notify', '--frmo', 'root']],
  ['a command that there is not', ['statsu']],
  ['a revision that there is not', ['--from', 'nowhere', '--print-events']],
])('%s', async (_name, args) => {
  const receiver = await startReceiver(({ path }) => (path === '/refuses' ? 400 : 204));
  const entries = ['one', 'refuses'].map((name) => clientOf(name, `${receiver.url}/${name}`)).join('');
  const run = async (start: typeof teamEvents) => {
    const { directory, store, clientsPath } = createSite('file', entries);
    const given = {
      TEAM_EVENTS_REPO: directory,
      TEAM_EVENTS_CURSOR: store,
      TEAM_EVENTS_CLIENTS: clientsPath,
    };
    const { code, stdout, stderr } = await start(args, { env: given });
    const own = [directory, store.replace('file:', ''), clientsPath];
    const told = (text: string): string =>
      own.reduce((left, path) => left.replaceAll(path, '…'), text).replace(SAMPLE, '…');
    return { code, stdout: told(stdout), stderr: told(stderr) };
  };
  const inside = await run(teamEvents);
  const requests = receiver.requests.length;
  expect(await run(startTeamEvents)).toEqual(inside);
  expect(receiver.requests.length).toBe(2 * requests);
});
