/**
 * The exchange of a client: each event is published to it, mandatory and persistent, and accepted when the server has
 * confirmed it. Built into a file of its own, which only runs with such a client load.
 */
import type { BoundRabbitmq } from '../../../core/clients/binding/broker.ts';
import type { Sending } from '../../../core/delivery/destination.ts';
import type { Broker, BrokerAttempt, BrokerOptions, BrokerOutcome } from '../broker/broker.ts';
import { openSession, type AmqpSession } from './amqp-session.ts';
import type { AmqpMessage, Confirmation } from './message-channel.ts';
import { outcomeOfError } from './refusal.ts';

export function openRabbitmq(destination: BoundRabbitmq, { userAgent }: BrokerOptions): Broker {
  let session: Promise<AmqpSession> | undefined;
  let where = destination.broker.host;

  /** The open one, else a new one, once nothing is under way on the one before: only one is opened at a time. */
  async function sessionFor(attempt: BrokerAttempt): Promise<AmqpSession> {
    for (;;) {
      const current = session;
      const known = await current?.catch(() => undefined);
      if (known?.isOpen) return known;
      if (known !== undefined) attempt.waitsFor(`${known.where} did not confirm an earlier message`);
      await known?.ended;
      attempt.signal.throwIfAborted();
      if (session !== current) continue; // another attempt opens one
      session = openSession(destination, userAgent, attempt);
      return session;
    }
  }

  async function within(
    given: BrokerAttempt,
    act: (session: AmqpSession) => Promise<BrokerOutcome>,
  ): Promise<BrokerOutcome> {
    const { signal } = given;
    let dialError: unknown;
    const attempt: BrokerAttempt = {
      ...given,
      async dial(address) {
        try {
          const dialled = await given.dial(address);
          ({ where } = dialled);
          return dialled;
        } catch (error) {
          dialError = error;
          throw error;
        }
      },
    };
    try {
      return await act(await sessionFor(attempt));
    } catch (error) {
      if (signal.aborted || error === dialError) throw error;
      return outcomeOfError(error, where);
    }
  }

  return {
    publish: (sending, attempt) =>
      within(attempt, async (open) => outcomeOf(await open.publish(messageOf(sending), attempt), open.where)),
    probe: (attempt) => within(attempt, () => Promise.resolve({ kind: 'accepted' })),
    async close() {
      const open = await session?.catch(() => undefined);
      await open?.close();
    },
  };
}

/** The body is the event's bytes; all else that a consumer may want to route or to filter by stands beside it. */
function messageOf({ events: [event], previousId, remaining, replay, nowMs }: Sending): AmqpMessage {
  if (event === undefined) throw new Error('there is no event to be sent');
  return {
    id: event.id,
    routingKey: event.type,
    body: Buffer.from(event.text),
    properties: {
      contentType: 'application/cloudevents+json',
      type: event.type,
      appId: 'team-events',
      timestamp: Math.floor(nowMs / 1000),
      headers: {
        subject: event.subject,
        sequence: event.sequence,
        // As of a webhook, and as text: what reads those reads these.
        'webhook-remaining': String(remaining),
        ...(previousId !== undefined && { 'webhook-previous-id': previousId }),
        ...(replay && { 'webhook-replay': 'true' }),
      },
    },
  };
}

function outcomeOf(confirmation: Confirmation, where: string): BrokerOutcome {
  switch (confirmation.kind) {
    case 'confirmed':
      return { kind: 'accepted' };
    case 'nacked':
      return {
        kind: 'retry',
        reason: `${where} did not take the message (basic.nack): a queue that it goes to is full or not available`,
      };
    case 'returned': {
      const { code, text } = confirmation;
      const reason = `${where}: ${text} (${code}): no queue is bound to the exchange for this type of event`;
      return { kind: 'retry', reason, code };
    }
  }
}
