/** Where a value of an event is filled in, and what can be written there for one that it may lack. */

export interface ValuePlace {
  /** Whether null would do. */
  readonly nullFits: boolean;
  /** Whether it is in a body, of which `$if` leaves out parts. */
  readonly inBody: boolean;
}

export const IN_TEXT: ValuePlace = { nullFits: true, inBody: false };
export const IN_BODY: ValuePlace = { nullFits: true, inBody: true };
export const noNull = (place: ValuePlace): ValuePlace => ({ ...place, nullFits: false });

/** What to write at a place where an event may lack the value of a path. */
export function inPlaceOf(path: string, { nullFits, inBody }: ValuePlace): string {
  const ways = [
    ...(nullFits ? [`${path}? gives null in place of it`] : []),
    ...(inBody ? [`{ $if: '${path}?', then: … } leaves it out`] : []),
  ];
  return ways.join(', ') || 'name in its place what is always there, such as an id (null cannot stand there)';
}
