/** Whether a client's destination can carry an event. A second kind of destination is asked here, too. */
import type { WhyUnsendable } from '../../core/delivery/destination.ts';
import { unsendable } from './webhook/unsendable.ts';

/** Works for any client, including one whose variables are unknown. */
export const unsendableTo: WhyUnsendable = unsendable;
