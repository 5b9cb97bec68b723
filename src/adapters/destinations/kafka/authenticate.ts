/** SASL: who the client is. The exchanges are those of kafkajs; the bounds are ours. */
import plain from 'kafkajs/src/broker/saslAuthenticator/plain.js';
import scram256 from 'kafkajs/src/broker/saslAuthenticator/scram256.js';
import scram512 from 'kafkajs/src/broker/saslAuthenticator/scram512.js';
import type { BoundKafka } from '../../../core/clients/binding/broker.ts';
import { brokerError, KafkaError } from './kafka-error.ts';
import { SASL_AUTHENTICATE, SASL_HANDSHAKE, type Api } from './protocol.ts';

type Credentials = NonNullable<BoundKafka['sasl']>;

const PROVIDERS = { plain, 'scram-sha-256': scram256, 'scram-sha-512': scram512 } as const;
/** What the broker asks to be computed cannot be stopped once it has begun; Kafka's own is 4096. */
const MAX_ITERATIONS = 1_000_000;
const QUIET = { debug: () => undefined, error: () => undefined };
const UNSUPPORTED_MECHANISM = 33;
const FAILED = 58;

/**
 * Authenticates a connection; after how many milliseconds the broker wants it to be done again, 0 if never.
 * `ask` makes a request of it. @throws {KafkaError} if the broker refuses; what `ask` throws
 */
export async function authenticate(
  { mechanism, ...credentials }: Credentials,
  where: string,
  ask: <Parameters, Response>(api: Api<Parameters, Response>, parameters: Parameters) => Promise<Response>,
): Promise<number> {
  const name = mechanism.toUpperCase();
  const { errorCode, enabledMechanisms } = await ask(SASL_HANDSHAKE, { mechanism: name });
  if (errorCode === UNSUPPORTED_MECHANISM) {
    const offered = enabledMechanisms.map((one) => one.toLowerCase()).join(', ');
    const what = `it does not take the mechanism ${mechanism}, only ${offered} (UNSUPPORTED_SASL_MECHANISM)`;
    throw new KafkaError(where, what, errorCode, false);
  }
  if (errorCode !== 0) throw brokerError(where, errorCode);
  let lifetimeMs = 0;
  /** kafkajs puts errors into words of its own. */
  let failure: unknown;
  const provider = PROVIDERS[mechanism](credentials)({
    host: '',
    port: 0,
    logger: QUIET,
    async saslAuthenticate({ request, response }) {
      try {
        const answer = await ask(SASL_AUTHENTICATE, { authBytes: await request.encode() });
        if (answer.errorCode !== 0) throw brokerError(where, answer.errorCode, answer.errorMessage);
        lifetimeMs = Number(answer.sessionLifetimeMs ?? 0);
        const parsed = await response.parse(await response.decode(answer.authBytes));
        const { i: iterations = 0 } = parsed as { readonly i?: string };
        if (Number(iterations) > MAX_ITERATIONS)
          throw new KafkaError(where, `it asks for ${iterations} iterations of SCRAM`, undefined, false);
        return parsed;
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  });
  try {
    await provider.authenticate();
  } catch (error) {
    // Without a failure of its own, it was the broker's proof that did not match: it does not know the password.
    throw failure instanceof TypeError || failure === undefined
      ? new KafkaError(
          where,
          `its answers are not those of ${name}: ${(error as Error).message}`,
          FAILED,
          false,
        )
      : failure;
  }
  return lifetimeMs;
}
