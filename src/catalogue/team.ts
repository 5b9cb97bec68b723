/** The nouns of a catalogue. */
import type { NodePath, Position } from '../yaml/yaml-text.ts';
import type { Json, JsonObject } from './json-value.ts';

/** `id`, then the member's other keys as they stand in the file; `roles` where it came by role lists. */
export type Member = JsonObject & { readonly id: string };

/** The form that events carry. Members sorted by id, tags sorted, attributes by key, all in code units. */
export interface Team {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Member[];
  readonly tags: readonly Json[] | JsonObject;
  /** null where the file names none. */
  readonly perimeter: Json;
  readonly attributes: JsonObject;
}

/** A team and where it stands. */
export interface TeamEntry {
  readonly team: Team;
  /** Earlier ids of the same team. */
  readonly previously: readonly string[];
  readonly file: string;
  /** Where in the file's YAML the team starts. */
  readonly node: NodePath;
}

/** Something wrong in a file of the catalogue. `commit` is the revision that brought it in. */
export interface Problem extends Position {
  readonly path: string;
  readonly commit: string;
  readonly message: string;
}
