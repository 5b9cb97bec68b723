/**
 * What can be right or wrong, and nothing else: its value, or what is wrong with it. Of several outcomes that are expected
 * each has a `kind` instead, and what stops a run is thrown (errors.ts). `undefined` is for what is not there: it is
 * never a failure without a reason.
 */
export type Result<Value, Wrong = string> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly wrong: Wrong };
