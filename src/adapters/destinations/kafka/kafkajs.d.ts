/** What is used of kafkajs 2.2.4: its encoding of requests and answers, and its ways to authenticate. Not part of its API. */

declare module 'kafkajs/src/protocol/requests/*' {
  interface Encoded {
    readonly buffer: Buffer;
  }
  interface Exchange {
    readonly request: {
      readonly apiKey: number;
      readonly apiName: string;
      encode(): Promise<Encoded>;
    };
    readonly response: { decode(body: Buffer): Promise<unknown> };
  }
  const definition: {
    readonly versions: readonly string[];
    protocol(options: { readonly version: number }): (parameters: unknown) => Exchange;
  };
  export default definition;
}

declare module 'kafkajs/src/protocol/decoder.js' {
  type ReadArray = (this: Decoder, reader: (decoder: Decoder) => unknown) => unknown;
  export default class Decoder {
    constructor(buffer: Buffer);
    readonly buffer: Buffer;
    offset: number;
    readInt32(): number;
    readVarInt(): number;
    readUVarInt(): number;
    readArray: ReadArray;
    readArrayAsync: ReadArray;
    readVarIntArray: ReadArray;
    readUVarIntArray: ReadArray;
  }
}

declare module 'kafkajs/src/protocol/request.js' {
  export default function encode(options: {
    readonly correlationId: number;
    readonly clientId: string;
    readonly request: unknown;
  }): Promise<{ readonly buffer: Buffer }>;
}

declare module 'kafkajs/src/protocol/error.js' {
  const errors: {
    readonly errorCodes: readonly {
      readonly code: number;
      readonly type: string;
      readonly message: string;
    }[];
  };
  export default errors;
}

declare module 'kafkajs/src/broker/saslAuthenticator/*' {
  interface Step {
    readonly request: { encode(): Promise<Buffer> };
    readonly response: { decode(bytes: Buffer): Promise<unknown>; parse(decoded: unknown): Promise<unknown> };
  }
  const provider: (credentials: {
    readonly username: string;
    readonly password: string;
  }) => (options: {
    readonly host: string;
    readonly port: number;
    readonly logger: { debug(): void; error(): void };
    readonly saslAuthenticate: (step: Step) => Promise<unknown>;
  }) => { authenticate(): Promise<void> };
  export default provider;
}
