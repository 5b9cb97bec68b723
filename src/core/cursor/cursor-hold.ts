/** Whether a run may still move a client's cursor. */

export type CursorHold =
  | { readonly kind: 'held' }
  /** Another run has moved the cursor: nothing more may be sent. */
  | { readonly kind: 'lost'; readonly by: string | undefined }
  /** The cursor cannot be written. `details`: the server's message, and the remedy. */
  | { readonly kind: 'failed'; readonly message: string; readonly details?: readonly string[] };
