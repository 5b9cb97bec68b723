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

/** Whether it is a `batch`: a list, and no event. */
export const isList = (body) => body[0] === '['.charCodeAt(0);

/**
 * Events in the order in which they came, each once, in a file: `accept` writes and is done, `work` does the work. Both go on where
 * they were after a crash; what was being worked on then is worked on again. One process at a time.
 *
 * It knows the newest of each team, which decides what of a replay is taken, and which teams are gone after a snapshot.
 */
export function openInbox(path) {
  const file = openSync(path, 'a');
  const text = readFileSync(path, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  ftruncateSync(file, Buffer.byteLength(whole)); // a line cut off by a crash was never answered
  const events = [];
  const seen = new Set();
  /** By id of the team: the step of its newest event, and the team; none where it is gone. */
  const newest = new Map();
  for (const line of whole.split('\n').slice(0, -1)) remember(line);
  let done = readNumber(`${path}.done`);
  let wake = () => {};

  return {
    /** Safely ours once it returns; false for one that was there. Throws where it cannot be written: answer 503. */
    accept(body, headers) {
      const line = body.toString('utf8');
      const event = JSON.parse(line);
      const previousId = headers['webhook-previous-id'];
      if (headers['webhook-replay'] === 'true') {
        if (stepOf(event) < (newest.get(event.subject)?.step ?? '')) return false;
      } else if (seen.has(event.id)) {
        return false;
      } else if (previousId !== undefined && !seen.has(previousId) && seen.size > 0) {
        console.error(`a gap: ${previousId} should have come before ${event.id}; ask for a replay`);
      }
      const ends = event.data?.snapshot === true && headers['webhook-remaining'] === '0';
      // Before the event that tells of them: cut off by a crash, it comes again, and they with it.
      const lines = [...(ends ? goneAfter(event) : []), line];
      const { size } = fstatSync(file);
      try {
        appendFileSync(file, lines.map((one) => `${one}\n`).join(''));
        fsyncSync(file);
      } catch (error) {
        ftruncateSync(file, size);
        throw error;
      }
      lines.forEach(remember);
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

  function remember(line) {
    const event = JSON.parse(line);
    const { id, type, subject, data = {} } = event;
    const step = stepOf(event);
    if (data.rewritten && !seen.has(id)) {
      // History was rewritten: what is known of a later step of the old one counts as known at this step.
      for (const known of newest.values()) if (known.step > step) known.step = step;
    }
    const earlier = data.changes?.find(({ field }) => field === 'id')?.from;
    if (earlier !== undefined) newest.set(earlier, { step });
    newest.set(subject, { step, team: type === 'team.deleted' ? undefined : data.team });
    seen.add(id);
    events.push(line);
  }

  /** Of a snapshot's last event: the deletion of each team that the snapshot did not name. */
  function goneAfter(event) {
    const gone = [...newest].filter(([team, known]) => {
      return known.team !== undefined && known.step < stepOf(event) && team !== event.subject;
    });
    return gone.map(([subject, { team }]) => {
      const data = { ...event.data, team };
      return JSON.stringify({ ...event, id: `${event.id}-${subject}`, type: 'team.deleted', subject, data });
    });
  }
}

/** The first half of the sequence: all events of one step tell the same of a team. */
function stepOf({ sequence = '' }) {
  return sequence.slice(0, sequence.indexOf('.'));
}

function readNumber(path) {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return 0;
    throw error;
  }
}
