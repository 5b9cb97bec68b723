/** What is needed to read the teams of one file. */
import type { NodePath } from '../../yaml/yaml-text.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { Spend } from './expansion.ts';
import type { Canonicalizer } from './json-value.ts';

export interface TeamContext {
  readonly path: string;
  readonly configuration: Configuration;
  readonly canonical: Canonicalizer;
  /** The budget of the file, shared with `canonical`. */
  readonly spend: Spend;
  readonly report: (node: NodePath, message: string) => void;
}
