/**
 * Tokens of OAuth 2.0 (RFC 6749: 4.3 password, 4.4 client credentials), in memory as long as the run lasts:
 *
 *     POST /sky/issuer/token          Authorization: Basic id:secret
 *     grant_type=password&username=bot&password=…
 *
 *     { "access_token": "…", "token_type": "bearer", "expires_in": 86400 }
 */
import type { OauthGrant } from '../../../../core/clients/binding/endpoint.ts';
import type { Outcome } from '../answer.ts';
import { isSuccess } from '../answer.ts';
import type { WebhookRequest } from '../webhook-request.ts';

/** A token is renewed so long before it lapses: it has to arrive before. */
const MARGIN_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;

export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string }
  /** There is none; `outcome` holds nothing of what was answered. */
  | { readonly kind: 'none'; readonly outcome: Outcome };

export interface Tokens {
  /** The token of this client; asked for if there is none, or it has lapsed. */
  get(client: string, grant: OauthGrant, timeoutMs: number): Promise<TokenAnswer>;
  /** The receiver refused it. */
  refused(client: string, grant: OauthGrant): void;
}

export interface TokenSettings {
  readonly attempt: (request: WebhookRequest) => Promise<Outcome>;
  /** Told each token before it is used: it is to appear in no output. */
  readonly hide: (secrets: readonly string[]) => void;
  readonly userAgent: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export function createTokens({ attempt, hide, userAgent, now }: TokenSettings): Tokens {
  const known = new Map<string, { readonly token: string; readonly untilMs: number }>();
  const keyOf = (client: string, grant: OauthGrant): string => JSON.stringify([client, grant]);
  return {
    async get(client, grant, timeoutMs) {
      const key = keyOf(client, grant);
      const held = known.get(key);
      if (held !== undefined && now() < held.untilMs) return { kind: 'token', token: held.token };
      const asked = now();
      const outcome = await attempt({
        url: grant.url,
        method: 'POST',
        headers: {
          accept: 'application/json',
          authorization: `Basic ${basicOf(grant)}`,
          'content-type': 'application/x-www-form-urlencoded',
          'user-agent': userAgent,
        },
        body: new URLSearchParams(grant.parameters).toString(),
        timeoutMs,
        reads: { bytes: MAX_ANSWER_BYTES, isAwaited: () => true },
      });
      if (outcome.kind !== 'answered' || !isSuccess(outcome.status))
        return { kind: 'none', outcome: withoutWords(outcome) };
      const given = tokenIn(outcome.body);
      if (given === undefined) {
        const reason = `status ${outcome.status}, and no bearer token in the answer`;
        return { kind: 'none', outcome: { kind: 'unusable', reason } };
      }
      hide([given.token]);
      known.set(key, { token: given.token, untilMs: asked + given.lastsMs });
      return { kind: 'token', token: given.token };
    },
    refused: (client, grant) => void known.delete(keyOf(client, grant)),
  };
}

/** RFC 6749, 2.3.1: both are form-encoded first. */
export function basicOf({ id, secret }: Pick<OauthGrant, 'id' | 'secret'>): string {
  const encoded = [id, secret].map((one) => new URLSearchParams({ '': one }).toString().slice(1));
  return Buffer.from(encoded.join(':')).toString('base64');
}

/** An answer is never shown: only its status says how it ended. */
export function withoutWords(outcome: Outcome): Outcome {
  return outcome.kind === 'answered' ? { ...outcome, body: '', location: undefined } : outcome;
}

function tokenIn(body: string): { readonly token: string; readonly lastsMs: number } | undefined {
  try {
    const answer = JSON.parse(body) as Readonly<Record<string, unknown>> | null;
    const { access_token: token, token_type: type = 'bearer', expires_in: seconds } = answer ?? {};
    // It becomes a header.
    if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) return undefined;
    if (typeof type !== 'string' || type.toLowerCase() !== 'bearer') return undefined;
    const lastsMs = Number(seconds) * 1000;
    // Without a time it lasts until it is refused.
    return { token, lastsMs: lastsMs > 0 ? Math.max(lastsMs / 2, lastsMs - MARGIN_MS) : Infinity };
  } catch {
    return undefined;
  }
}
