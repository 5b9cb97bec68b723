// What every receiver in Node needs: is the request genuine, and is the event safely ours?
import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  appendFileSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';

const FIVE_MINUTES = 300;

/**
 * Standard Webhooks, on the bytes as they came: parse them after this. `secrets` are one or more `whsec_…` with spaces between
 * them, so that one can be changed for another.
 */
export function isGenuine(body, headers, secrets) {
  const timestamp = headers['webhook-timestamp'];
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= FIVE_MINUTES)) return false;
  const expected = secrets.match(/\S+/g).map((secret) =>
    createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
      .update(`${headers['webhook-id']}.${timestamp}.`)
      .update(body)
      .digest(),
  );
  const offered = String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => Buffer.from(signature.slice('v1,'.length), 'base64'));
  return offered.some((one) =>
    expected.some((two) => one.length === two.length && timingSafeEqual(one, two)),
  );
}

/**
 * Events in the order in which they came, each once, in a file: `accept` writes and is done, `work` does the work. Both go on where
 * they were after a crash; what was being worked on then is worked on again. One process at a time.
 */
export function openInbox(path) {
  const file = openSync(path, 'a');
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  ftruncateSync(file, Buffer.byteLength(whole)); // a line cut off by a crash was never answered
  const events = whole.split('\n').slice(0, -1);
  const seen = new Set(events.map((line) => JSON.parse(line).id));
  let done = readNumber(`${path}.done`);
  let wake = () => {};

  return {
    /** Safely ours once it returns; false for one that was there. Throws where it cannot be written: answer 503. */
    accept(body, previousId) {
      const line = body.toString('utf8');
      const { id } = JSON.parse(line);
      if (seen.has(id)) return false;
      if (previousId !== undefined && !seen.has(previousId) && seen.size > 0) {
        console.error(`a gap: ${previousId} should have come before ${id}; ask for a replay`);
      }
      const { size } = fstatSync(file);
      try {
        appendFileSync(file, `${line}\n`);
        fsyncSync(file);
      } catch (error) {
        ftruncateSync(file, size);
        throw error;
      }
      seen.add(id);
      events.push(line);
      wake();
      return true;
    },
    /** Gives `handle` one event after the other, for ever; one that fails is tried again before the next. */
    async work(handle, retryMs = 5000) {
      for (;;) {
        while (done === events.length) await new Promise((resolve) => (wake = resolve));
        try {
          await handle(JSON.parse(events[done]));
          writeFileSync(`${path}.done.new`, String(++done));
          renameSync(`${path}.done.new`, `${path}.done`);
        } catch (error) {
          console.error('trying again:', error);
          await new Promise((resolve) => setTimeout(resolve, retryMs));
        }
      }
    },
  };
}

function readNumber(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}
