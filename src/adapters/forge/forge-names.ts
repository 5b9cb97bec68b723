/** Values of `--comment`. */
export const FORGE_NAMES = ['gitlab', 'github'] as const;

export type ForgeName = (typeof FORGE_NAMES)[number];
