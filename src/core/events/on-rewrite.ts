/** What to do with a range whose start is not an ancestor of its end: fail, or take the net change as one step. */
export const REWRITE_CHOICES = ['fail', 'squash'] as const;

export type OnRewrite = (typeof REWRITE_CHOICES)[number];

/** The option of a run that takes it as one step. */
export const AS_ONE_STEP = { '--on-rewrite': 'squash' } as const;
