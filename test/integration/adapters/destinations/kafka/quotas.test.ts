/** A broker with quotas says how long a client is to send nothing: clients of the field wait that long, and so does this one. */
import { expect, it, onTestFinished } from 'vitest';
import { anEvent, kafkaAttempts } from '../../../../support/kafka/kafka-attempts.ts';
import { kafkaDestination } from '../../../../support/kafka/kafka-destination.ts';
import {
  int16,
  int32,
  int64,
  OFFERED,
  startScriptedBroker,
  text,
  versions,
} from '../../../../support/kafka/scripted-broker.ts';

/** Speaks the version of Produce from which on it is the client that waits, and asks for that in its first answer. */
async function throttling(waitMs: number, { version = 6, code = 0 } = {}) {
  const sentMs: number[] = [];
  const { port } = await startScriptedBroker({
    reply(api, before) {
      if (api === 'versions') return versions([[0, 3, version], ...OFFERED.slice(1)]);
      if (api !== 'produce') return undefined;
      sentMs.push(performance.now());
      const isFirst = before === 0;
      const told = [int16(isFirst ? code : 0), int64(0), int64(-1), ...(version > 4 ? [int64(0)] : [])];
      const answer = [int32(1), text('events'), int32(1), int32(0), ...told];
      return Buffer.concat([...answer, int32(isFirst ? waitMs : 0)]);
    },
  });
  return { port, sentMs, betweenMs: () => (sentMs[1] ?? 0) - (sentMs[0] ?? 0) };
}

function attempts(port: number) {
  const made = kafkaAttempts([port]);
  onTestFinished(() => made.broker.close());
  return made;
}

const ALMOST = 0.95; // timers are a little early

it('is sent nothing for as long as it asks', async () => {
  const { port, sentMs, betweenMs } = await throttling(300);
  const { send } = kafkaDestination(port);
  for (const index of [1, 2, 3]) expect(await send(anEvent(index))).toMatchObject({ verdict: 'accepted' });
  expect(sentMs).toHaveLength(3);
  expect(betweenMs()).toBeGreaterThanOrEqual(300 * ALMOST);
});

it('is no failure where it asks for very long: the lane waits', async () => {
  const { port, sentMs } = await throttling(3_600_000);
  const { send } = kafkaDestination(port);
  expect(await send(anEvent(1))).toMatchObject({ verdict: 'accepted' });
  expect(await send(anEvent(2))).toMatchObject({
    verdict: 'retry',
    tooEarly: true,
    reason: expect.stringMatching(/: it asks to wait 3600 s, by a quota of this client$/) as string,
    retryAfterMs: expect.toSatisfy((leftMs) => leftMs > 3_000_000 && leftMs <= 3_600_000) as number,
  });
  expect(sentMs).toHaveLength(1);
});

it('is waited for no longer when the run is stopped', async () => {
  const { port, sentMs } = await throttling(5000);
  const { send, stop } = kafkaDestination(port, { mostTimeoutMs: 60_000 });
  expect(await send(anEvent(1))).toMatchObject({ verdict: 'accepted' });
  const second = send(anEvent(2));
  setImmediate(() => stop.abort());
  expect(await second).toMatchObject({ verdict: 'stopped' });
  expect(sentMs).toHaveLength(1);
});

it('is waited for in the middle of an attempt, too', async () => {
  const { port, sentMs, betweenMs } = await throttling(300, { code: 10 }); // too large: the halves come next
  expect(await attempts(port).send(anEvent(1), anEvent(2))).toEqual({ kind: 'accepted' });
  expect(sentMs).toHaveLength(3);
  expect(betweenMs()).toBeGreaterThanOrEqual(300 * ALMOST);
});

it('is told as the reason where the time is up there', async () => {
  const { port, sentMs } = await throttling(3_600_000, { code: 10 });
  const { send, expire } = attempts(port);
  const sent = send(anEvent(1), anEvent(2));
  await expect.poll(() => sentMs).toHaveLength(1);
  setTimeout(expire, 100);
  expect(await sent).toMatch(/^127\.0\.0\.1:\d+: it asks to wait 3600 s, by a quota of this client$/);
  expect(sentMs).toHaveLength(1);
});

it('is not waited for where it waits itself, as before Kafka 2.0', async () => {
  const { port, sentMs } = await throttling(3_600_000, { version: 5 });
  const { send } = attempts(port);
  for (const index of [1, 2]) expect(await send(anEvent(index))).toEqual({ kind: 'accepted' });
  expect(sentMs).toHaveLength(2);
});
