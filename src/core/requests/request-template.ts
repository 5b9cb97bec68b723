/** What a subscription says of its request, where that needs the event. */
import type { Json } from '../catalogue/reading/json-value.ts';
import type { Body } from './body/body.ts';
import type { UnsurePath } from './language/check-expression.ts';
import type { Step } from './language/expression.ts';
import type { Each } from './language/shape.ts';
import type { Template } from './template.ts';

export interface RequestTemplate {
  readonly url: Template;
  readonly query: readonly (readonly [name: string, value: Template])[];
  /** Only those that need the event; names in lower case. */
  readonly headers: readonly (readonly [name: string, value: Template])[];
  /** Absent: the event itself, in its format. */
  readonly body: Body | 'none' | undefined;
  readonly contentType: string;
  /** One request for each of these members; absent: one for the event. */
  readonly each: Each | undefined;
  /** What is asked first, in this order; a later one may name what an earlier one found. */
  readonly find: readonly Find[];
  /** Paths that an event may lack, and without which it is not sent, each with its line in the clients file. */
  readonly unsure: readonly (UnsurePath & { readonly line: number })[];
  /** What is taken as found, if nothing is to be asked first. */
  readonly found?: Readonly<Record<string, Json>>;
}

/** A value that is asked for by GET. */
export interface Find {
  readonly name: string;
  readonly url: Template;
  /** Where it is in the answer. */
  readonly at: readonly Step[];
  /** What it means that there is none: nothing to do, or that the event cannot be sent now. */
  readonly none: 'done' | 'fail';
}
