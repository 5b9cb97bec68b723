/** Whether a run may still move a client's cursor. */

export type CursorHold =
  | { readonly kind: 'held' }
  /** Another run has moved it: nothing more may be sent. */
  | { readonly kind: 'lost'; readonly by: string | undefined }
  /** It cannot be written. `details`: what the server said of it, and what mends it. */
  | { readonly kind: 'failed'; readonly message: string; readonly details?: readonly string[] };
