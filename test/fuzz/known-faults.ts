/** Faults that are found and not mended yet, by what is said of them, so that the rounds go on. To be empty. */
export const KNOWN_FAULTS: readonly RegExp[] = [];
