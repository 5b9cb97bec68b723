/** A request that `listen` got: what came, what was answered, and what its checks found. */
import type { OrderCheck } from './order-check.ts';
import type { SignatureCheck } from './verify-signature.ts';

export interface Received {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** What was answered. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why it could not be forwarded, where it should have been. */
  readonly notForwarded?: string | undefined;
  readonly check: OrderCheck;
  readonly signature: SignatureCheck;
}
