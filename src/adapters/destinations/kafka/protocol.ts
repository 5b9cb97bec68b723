/**
 * The few requests of Kafka's protocol that sending needs (https://kafka.apache.org/protocol), as kafkajs encodes them.
 * Only its encoding is used: its producer gives the sequence numbers of what a broker has stored to something else when a
 * part of a batch fails, which the broker then takes for a repetition and does not store (docs/adr/0023).
 */
import Decoder from 'kafkajs/src/protocol/decoder.js';
import encode from 'kafkajs/src/protocol/request.js';
import apiVersions from 'kafkajs/src/protocol/requests/apiVersions/index.js';
import initProducerId from 'kafkajs/src/protocol/requests/initProducerId/index.js';
import metadata from 'kafkajs/src/protocol/requests/metadata/index.js';
import produce from 'kafkajs/src/protocol/requests/produce/index.js';
import saslAuthenticate from 'kafkajs/src/protocol/requests/saslAuthenticate/index.js';
import saslHandshake from 'kafkajs/src/protocol/requests/saslHandshake/index.js';

export interface Api<Parameters, Response> {
  readonly name: string;
  readonly key: number;
  /** Those that are spoken here. */
  readonly versions: readonly number[];
  exchange(parameters: Parameters, version: number): Exchange<Response>;
}

export interface Exchange<Response> {
  readonly name: string;
  /** The whole request, with its length before it. */
  encode(correlationId: number, clientId: string): Promise<Buffer>;
  /** The answer without length and correlation id. @throws if it is none */
  decode(body: Buffer): Promise<Response>;
}

/** What a broker speaks, by the key of the request. */
export type Versions = ReadonlyMap<number, { readonly lowest: number; readonly highest: number }>;

export interface ProduceParameters {
  /** All replicas that are in sync. */
  readonly acks: -1;
  /** How long the broker may wait for them. */
  readonly timeout: number;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly firstSequence: number;
      readonly messages: readonly KafkaMessage[];
    }[];
  }[];
}

export interface KafkaMessage {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

export interface Throttled {
  /** How many milliseconds the client is to send nothing more; of versions in which the broker does not wait itself. */
  readonly clientSideThrottleTime?: number;
}

export interface ProduceResponse extends Throttled {
  readonly topics: readonly {
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

export interface MetadataResponse {
  readonly brokers: readonly { readonly nodeId: number; readonly host: string; readonly port: number }[];
  readonly topicMetadata: readonly {
    readonly topicErrorCode: number;
    readonly topic: string;
    readonly partitionMetadata: readonly {
      readonly partitionErrorCode: number;
      readonly partitionId: number;
      /** -1: none at present. */
      readonly leader: number;
    }[];
  }[];
}

/** kafkajs makes a list as long as an answer says that it is; each element takes a byte, so no more can come. */
function bound(
  name: 'readArray' | 'readArrayAsync' | 'readVarIntArray' | 'readUVarIntArray',
  lengthIn: (decoder: Decoder) => number,
): void {
  const read = Decoder.prototype[name];
  Decoder.prototype[name] = function (reader) {
    const { offset } = this;
    if (lengthIn(this) > this.buffer.length - offset) throw new Error('a list is longer than its answer');
    this.offset = offset;
    return read.call(this, reader);
  };
}
bound('readArray', (decoder) => decoder.readInt32());
bound('readArrayAsync', (decoder) => decoder.readInt32());
bound('readVarIntArray', (decoder) => decoder.readVarInt());
bound('readUVarIntArray', (decoder) => decoder.readUVarInt());

interface Definition {
  readonly versions: readonly string[];
  readonly protocol: (options: { readonly version: number }) => (parameters: unknown) => {
    readonly request: unknown;
    readonly response: { decode(body: Buffer): Promise<unknown> };
  };
}

function api<Parameters, Response>(
  name: string,
  key: number,
  { versions, protocol }: Definition,
  lowest = 0,
): Api<Parameters, Response> {
  return {
    name,
    key,
    versions: versions.map(Number).filter((version) => version >= lowest),
    exchange(parameters, version) {
      const { request, response } = protocol({ version })(parameters);
      return {
        name,
        encode: async (correlationId, clientId) =>
          (await encode({ correlationId, clientId, request })).buffer,
        decode: (body) => response.decode(body) as Promise<Response>,
      };
    },
  };
}

/** The lowest versions are those of Kafka 0.11: before, asking for a topic could create it, and nothing was idempotent. */
export const METADATA = api<
  { readonly topics: readonly string[]; readonly allowAutoTopicCreation: false },
  MetadataResponse
>('Metadata', 3, metadata, 4);
export const PRODUCE = api<ProduceParameters, ProduceResponse>('Produce', 0, produce, 3);
export const INIT_PRODUCER_ID = api<
  { readonly transactionalId: null },
  { readonly errorCode: number; readonly producerId: string; readonly producerEpoch: number }
>('InitProducerId', 22, initProducerId);
export const SASL_HANDSHAKE = api<
  { readonly mechanism: string },
  { readonly errorCode: number; readonly enabledMechanisms: readonly string[] }
>('SaslHandshake', 17, saslHandshake, 1);
export const SASL_AUTHENTICATE = api<
  { readonly authBytes: Buffer },
  {
    readonly errorCode: number;
    readonly errorMessage: string | null;
    readonly authBytes: Buffer;
    /** Milliseconds; 0: for ever. */
    readonly sessionLifetimeMs?: string;
  }
>('SaslAuthenticate', 36, saslAuthenticate);

const API_VERSIONS = api<
  undefined,
  {
    readonly errorCode: number;
    readonly apiVersions: readonly {
      readonly apiKey: number;
      readonly minVersion: number;
      readonly maxVersion: number;
    }[];
  }
>('ApiVersions', 18, apiVersions);
/** In the version that every broker answers. */
export const askVersions = () => API_VERSIONS.exchange(undefined, 0);

/** The newest version that both speak; undefined if there is none. */
export function commonVersion(
  { key, versions }: Pick<Api<never, unknown>, 'key' | 'versions'>,
  spoken: Versions,
): number | undefined {
  const its = spoken.get(key);
  return its && versions.findLast((version) => version >= its.lowest && version <= its.highest);
}
