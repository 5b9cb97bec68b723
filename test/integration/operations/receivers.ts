/** States that a receiver, or a line of the clients file, causes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { clientOf, startReceiver, type Receiver } from '../../support/receiver.ts';
import { createSite, LOCAL, type SampleSite } from '../../support/sample-site.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import {
  changeLines,
  commandIn,
  FROM_ROOT,
  notifyOf,
  paste,
  type RedState,
  type Scenarios,
  told,
  writeIntoEntry,
} from './scenario.ts';

/** A client of a receiver that answers with `statuses` in turn, the last one repeated. */
async function answering(
  statuses: readonly number[],
  more = '',
): Promise<{ readonly site: SampleSite; readonly receiver: Receiver }> {
  const receiver = await startReceiver((_, __, count) => statuses[count - 1] ?? statuses.at(-1) ?? 204);
  return { site: createSite('tag', clientOf('one', receiver.url, FROM_ROOT + more)), receiver };
}

const lineIn = (text: string, pattern: RegExp): number => {
  const [, line] = pattern.exec(text) ?? [];
  if (line === undefined) throw new Error(`no ${pattern.source} in:\n${text}`);
  return Number(line);
};

/** Whether it says what to correct, and offers to leave nothing out: the next event would meet the same. */
const isCorrection = (red: Result, what: string): boolean =>
  told(red).includes(what) && /correct the .*:\d+/.test(told(red)) && !told(red).includes('skip:');

export const RECEIVERS: Scenarios = {
  'an event is refused': async () => {
    const { site } = await answering([422, 204]);
    const red = await site.notify();
    return { red, mend: async () => writeIntoEntry(red), again: notifyOf(site) };
  },

  'the receiver refuses the client': async () => {
    const receiver = await startReceiver(({ headers }) => (headers['x-token'] === 'right' ? 204 : 401));
    const more = `${FROM_ROOT}    headers: { X-Token: "\${TOKEN}" }\n`;
    const site = createSite('tag', clientOf('one', receiver.url, more));
    const variable = 'TEAM_EVENTS_CLIENT_ONE__TOKEN';
    const where = ['-C', site.directory, '--cursor', site.store, '--clients', site.clientsPath, ...LOCAL];
    const red = await teamEvents(['--init', ...where], { env: { [variable]: 'wrong' } });
    const command = commandIn(red, '--client one');
    const env = { [isCorrection(red, variable) ? variable : '']: 'right' };
    return { red, mend: () => paste(command, env), again: () => paste(command, env) };
  },

  'the url leads nowhere': async () => {
    const receiver = await startReceiver(({ path }) => (path === '/right' ? 204 : 302));
    const site = createSite('tag', clientOf('one', `${receiver.url}/wrong`, FROM_ROOT));
    const red = await site.notify();
    return {
      red,
      async mend() {
        if (!isCorrection(red, 'the url')) return;
        const text = readFileSync(site.clientsPath, 'utf8');
        writeFileSync(site.clientsPath, text.replaceAll('/wrong', '/right'));
      },
      again: notifyOf(site),
    };
  },

  'a receiver is down': async () => {
    const { site } = await answering([503, 204]);
    const red = await site.notify();
    return { red, mend: () => paste(commandIn(red, '--client one')), again: notifyOf(site) };
  },

  'a team is held': async () => {
    const { site } = await answering([422, 204], '    order: team\n');
    const red = await site.notify();
    return { red, mend: async () => writeIntoEntry(red), again: notifyOf(site) };
  },

  'a receiver answers 410': async () => {
    const { site, receiver } = await answering([410]);
    const other = clientOf('two', receiver.url);
    const red = await site.notify();
    return {
      red,
      async mend() {
        const line = lineIn(told(red), /remove its entry, \S+:(\d+)\./);
        changeLines(site.clientsPath, (lines) => lines.splice(line - 1, Infinity, other));
      },
      again: notifyOf(site),
    };
  },

  'an address is not allowed': async () => {
    const { site } = await answering([204]);
    const run = (...more: string[]) => site.run('notify', '--init', ...more);
    const red = await run();
    return {
      red,
      mend: () => paste(commandIn(red, '--allow-host')),
      again: () => run('--allow-host', '127.0.0.1'),
    };
  },

  'a client is paused': async () => {
    const { site, receiver } = await answering([204], '    paused: true\n');
    const red = await site.notify();
    return {
      red,
      async mend() {
        const entry = lineIn(told(red), /"paused: true" is taken out of its entry, \S+:(\d+)\./);
        changeLines(site.clientsPath, (lines) => {
          const at = lines.findIndex((line, index) => index >= entry && /^ *paused: true/.test(line));
          lines.splice(at, 1);
        });
      },
      async again() {
        const result = await site.notify();
        return receiver.accepted.length > 0 ? result : { ...result, code: -1 };
      },
    };
  },

  'an entry of the clients file is wrong': async () => {
    const { site } = await answering([204], '    colour: red\n');
    const red = await site.notify();
    return {
      red,
      async mend() {
        const line = lineIn(told(red), /misconfigured: line (\d+): /);
        changeLines(site.clientsPath, (lines) => lines.splice(line - 1, 1));
        await paste(commandIn(red, '--client one'));
      },
      again: notifyOf(site),
    };
  },

  'a variable is missing': async (): Promise<RedState> => {
    const { site } = await answering([204], '    headers: { X-Token: "${TOKEN}" }\n');
    const red = await site.notify();
    // It starts at the first commit, so nothing is lost by waiting; what would be is told.
    if (told(red).includes('has not begun')) throw new Error(told(red));
    const [, variable = ''] = /^ +stty -echo; read -r (\w+); stty echo; export \1$/m.exec(told(red)) ?? [];
    const env = { [variable]: 'secret-value' };
    const command = commandIn(red, '--client one');
    return { red, mend: () => paste(command, env), again: () => paste(command, env) };
  },

  'the clients file cannot be used': async () => {
    const { site } = await answering([204]);
    changeLines(site.clientsPath, (lines) => lines.splice(1, 0, '  - name: [half'));
    const red = await site.notify();
    return {
      red,
      async mend() {
        const line = lineIn(told(red), /clients\.yml:(\d+):\d+: /);
        changeLines(site.clientsPath, (lines) => {
          const at = lines.slice(0, line).findLastIndex((text) => text.includes('[half'));
          lines.splice(at, 1);
        });
        await paste(commandIn(red, 'team-events check'));
      },
      again: notifyOf(site),
    };
  },

  'no range and no cursor': async () => {
    const { site } = await answering([204]);
    const red = await teamEvents(['-C', site.directory, '--clients', site.clientsPath]);
    return {
      red,
      async mend() {
        const shown = commandIn(red, '--print-events');
        await paste(`${shown} -C ${site.directory} --clients ${site.clientsPath}`);
      },
      again: notifyOf(site),
    };
  },
};
