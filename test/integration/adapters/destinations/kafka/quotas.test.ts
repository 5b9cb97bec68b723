/** A broker with quotas says how long a client is to send nothing: clients of the field wait that long, and so does this one. */
import { expect, it, onTestFinished } from 'vitest';
import { anEvent, kafkaAttempts } from '../../../../support/kafka/kafka-attempts.ts';
import {
  int16,
  int32,
  int64,
  OFFERED,
  startScriptedBroker,
  text,
  versions,
} from '../../../../support/kafka/scripted-broker.ts';

/** Speaks the version of Produce from which on it is the client that waits, and asks for that after the first batch. */
async function throttling(waitMs: number, version = 6) {
  const sentMs: number[] = [];
  const { port } = await startScriptedBroker({
    reply(api, before) {
      if (api === 'versions') return versions([[0, 3, version], ...OFFERED.slice(1)]);
      if (api !== 'produce') return undefined;
      sentMs.push(performance.now());
      const partition = [int32(0), int16(0), int64(0), int64(-1), ...(version > 4 ? [int64(0)] : [])];
      const answer = [int32(1), text('events'), int32(1), ...partition];
      return Buffer.concat([...answer, int32(before === 0 ? waitMs : 0)]);
    },
  });
  const attempts = kafkaAttempts([port]);
  onTestFinished(() => attempts.broker.close());
  return { ...attempts, sentMs };
}

it('is left alone for as long as it asks, within the attempt', async () => {
  const { send, sentMs } = await throttling(300);
  for (const index of [1, 2, 3]) expect(await send(anEvent(index))).toEqual({ kind: 'accepted' });
  const [first = 0, second = 0] = sentMs;
  expect(second - first).toBeGreaterThanOrEqual(290); // timers are a little early
});

it('is told as the reason where the time of the attempt is up meanwhile', async () => {
  const { send, expire, sentMs } = await throttling(59_000);
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
  const second = send(anEvent(2));
  setImmediate(expire);
  expect(await second).toMatch(/^127\.0\.0\.1:\d+: it asks to wait 59 s, by a quota of this client$/);
  expect(sentMs).toHaveLength(1);
});

it('ends the attempt where it asks for longer than that may take, which is no failure', async () => {
  const { send, sentMs } = await throttling(3_600_000);
  expect(await send(anEvent(1))).toEqual({ kind: 'accepted' });
  expect(await send(anEvent(2))).toMatchObject({
    kind: 'retry',
    reason: expect.stringMatching(/^127\.0\.0\.1:\d+: it asks to wait 3600 s, by a quota/) as string,
    retryAfterMs: expect.toSatisfy((milliseconds) => Number(milliseconds) > 3_000_000) as number,
  });
  expect(sentMs).toHaveLength(1);
});

it('is not waited for where it waits itself, as before Kafka 2.0', async () => {
  const { send, sentMs } = await throttling(3_600_000, 5);
  for (const index of [1, 2]) expect(await send(anEvent(index))).toEqual({ kind: 'accepted' });
  expect(sentMs).toHaveLength(2);
});
