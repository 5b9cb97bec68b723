/** What is made of a range that begins at no ancestor of its end: an error, or one step of the net change. */
export const REWRITE_CHOICES = ['fail', 'squash'] as const;

export type OnRewrite = (typeof REWRITE_CHOICES)[number];
