/** A request that `listen` received, its answer, and the results of the checks. */
import type { OrderCheck } from './order-check.ts';
import type { SignatureCheck } from './verify-signature.ts';

export interface Received {
  /** From 1. */
  readonly number: number;
  readonly method: string;
  readonly path: string;
  /** The status of the answer. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Why it could not be forwarded, if it should have been. */
  readonly notForwarded?: string | undefined;
  /** Of its event; of a batch, of the first one. */
  readonly check: OrderCheck;
  /** Of the further events of a batch, in order; absent if there is none. */
  readonly others?: readonly OrderCheck[];
  readonly signature: SignatureCheck;
}
