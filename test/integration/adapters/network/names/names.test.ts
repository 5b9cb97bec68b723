/** Names that hang hold up no other name, and no process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NAME_PROCESS, type NameAnswer } from '../../../../../src/adapters/network/names/name-process.ts';
import { createNames, type Names } from '../../../../../src/adapters/network/names/names.ts';

/** With a process that runs this in the place of the system's resolver: `answer(text)` is its way to answer `id`, `host`. */
function names(program?: string, giveUpAfterMs?: number): Names {
  const around = (body: string): string => `
    let count = 0;
    process.on('disconnect', () => process.exit());
    process.on('message', ({ id, host }) => {
      const answer = (address) => process.send({ id, addresses: [{ address, family: 4 }] });
      count++;
      ${body}
    });`;
  const made = createNames(program === undefined ? undefined : around(program), giveUpAfterMs);
  onTestFinished(() => made.close());
  return made;
}

const first = async (answer: ReturnType<Names['resolve']>): Promise<string> =>
  (await answer)[0]?.address ?? '';

describe('the system', () => {
  it('is asked, with its files', async () => {
    const addresses = (await names().resolve('localhost')).map(({ address }) => address);
    expect(['127.0.0.1', '::1']).toEqual(expect.arrayContaining(addresses));
    expect(addresses.length).toBeGreaterThan(0);
  });

  it('says why it has no answer', async () => {
    await expect(names().resolve('no-such-host.invalid')).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:ENOTFOUND|EAI_AGAIN)$/) as string,
    });
  });
});

describe('a name', () => {
  it('is resolved while hundreds of others hang', async () => {
    const { resolve } = names(`if (!host.startsWith('hang')) answer('192.0.2.1')`);
    for (let index = 0; index < 300; index++) resolve(`hang${index}.example`).catch(() => undefined);
    expect(await first(resolve('fine.example'))).toBe('192.0.2.1');
  });

  it('is asked for once at a time', async () => {
    const { resolve } = names('setTimeout(answer, 50, `192.0.2.${count}`)');
    const answers = [resolve('a.example'), resolve('a.example'), resolve('a.example')];
    expect(await Promise.all(answers.map(first))).toEqual(['192.0.2.1', '192.0.2.1', '192.0.2.1']);
    expect(await first(resolve('a.example'))).toBe('192.0.2.2');
  });

  it('is given up in the end, with the process where that has no other left', async () => {
    const { resolve } = names(`if (host === 'pid.example') answer(String(process.pid))`, 1000);
    const pidOfOne = (): Promise<string> => first(resolve('pid.example')).catch(pidOfOne); // it may start slowly
    const pid = await pidOfOne();
    const hanging = Array.from({ length: 64 }, (_, index) => resolve(`hang${index}.example`));
    for (const settled of await Promise.allSettled(hanging)) {
      expect(settled).toMatchObject({ status: 'rejected', reason: { code: 'ETIMEOUT' } });
    }
    expect(await pidOfOne()).not.toBe(pid);
  });

  it('is asked for again where the process ends: perhaps it may not have so many threads', async () => {
    const { resolve } = names(
      'if (process.env.UV_THREADPOOL_SIZE > 32) process.abort(); else answer("192.0.2.1")',
    );
    expect(await Promise.all([first(resolve('a.example')), first(resolve('b.example'))])).toEqual([
      '192.0.2.1',
      '192.0.2.1',
    ]);
  });

  it('is told to be unresolved where no process can be had', async () => {
    await expect(names('process.abort()').resolve('a.example')).rejects.toMatchObject({
      code: 'ENAMEPROCESS',
    });
  });
});

describe('the process', () => {
  it('is given nothing that is secret', async () => {
    process.env['TEAM_EVENTS_CLIENT_ONE__TOKEN'] = 'verysecret';
    onTestFinished(() => void delete process.env['TEAM_EVENTS_CLIENT_ONE__TOKEN']);
    const { resolve } = names('answer(Object.keys(process.env).join())');
    const known = await first(resolve('a.example'));
    expect(known).toContain('PATH');
    expect(known).not.toContain('TEAM_EVENTS_');
  });

  it('ends with the run', async () => {
    const { resolve, close } = names('answer(String(process.pid))');
    const pid = Number(await first(resolve('a.example')));
    close();
    await expect.poll(() => isRunning(pid)).toBe(false);
  });

  it('obeys no signal for the group of processes, and ends at once when the run is gone', async () => {
    const child = spawn(process.execPath, ['-e', NAME_PROCESS], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    for (const id of [1, 2]) {
      child.send({ id, host: 'localhost' });
      const [answer] = (await once(child, 'message')) as [NameAnswer];
      expect([answer.id, answer.addresses.length > 0]).toEqual([id, true]);
      child.kill('SIGTERM');
      child.kill('SIGINT');
    }
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
