/** The component as GitLab takes it: its inputs filled in, its jobs, and which of them a pipeline has. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMapping, parseYaml } from '../../src/core/yaml/yaml-text.ts';

export const EXAMPLE = fileURLToPath(new URL('../../examples/gitlab-ci', import.meta.url));

export type Variables = Readonly<Record<string, string>>;

export interface Job {
  readonly rules: readonly { readonly if: string; readonly when?: string }[];
  readonly variables: Variables;
  readonly script: readonly string[];
  readonly allow_failure?: { readonly exit_codes: readonly number[] };
  readonly artifacts: {
    readonly when: string;
    readonly paths: readonly string[];
    readonly reports?: Readonly<Record<string, string>>;
  };
}

export interface Input {
  readonly description: string;
  readonly default?: string;
}

/** All documents of a file of the example. */
export function documentsOf(path: string): readonly Readonly<Record<string, unknown>>[] {
  const yaml = parseYaml(readFileSync(`${EXAMPLE}/${path}`, 'utf8'));
  if (!yaml.ok) throw new Error(`${path}: ${yaml.wrong.message}`);
  return yaml.value.documents.map((document) => {
    if (!isMapping(document)) throw new Error(`${path}: not a mapping`);
    return document;
  });
}

export const TEMPLATE = 'templates/team-events.yml';

export function inputsOf(): Readonly<Record<string, Input>> {
  const [header] = documentsOf(TEMPLATE);
  return (header as { spec: { inputs: Readonly<Record<string, Input>> } }).spec.inputs;
}

/** The jobs with these inputs; GitLab refuses an unknown one, and the lack of one without default. */
export function jobsWith(given: Variables): Readonly<Record<string, Job>> {
  const inputs = inputsOf();
  for (const name of Object.keys(given)) if (!(name in inputs)) throw new Error(`unknown input ${name}`);
  const filled = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return value.replace(/\$\[\[ *inputs\.([\w-]+) *\]\]/g, (_, name: string) => {
        const text = given[name] ?? inputs[name]?.default;
        if (text === undefined) throw new Error(`input ${name} has no value`);
        return text;
      });
    }
    if (Array.isArray(value)) return value.map(filled);
    if (!isMapping(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, filled(inner)]));
  };
  return filled(documentsOf(TEMPLATE)[1]) as Readonly<Record<string, Job>>;
}

/** Whether a pipeline with these variables has the job: the first rule that applies decides. */
export function isIn(job: Pick<Job, 'rules'>, variables: Variables): boolean {
  const rule = job.rules.find((candidate) => holds(candidate.if, variables));
  return rule !== undefined && rule.when !== 'never';
}

/** `$A == "text"` or `$A == $B`; a variable that is not there is null. */
function holds(condition: string, variables: Variables): boolean {
  const [, left, right] = /^(\$\w+) == (\$\w+|"[^"$]*")$/.exec(condition) ?? [];
  if (left === undefined || right === undefined) throw new Error(`not understood: ${condition}`);
  const valueOf = (word: string): string | undefined =>
    word.startsWith('$') ? variables[word.slice(1)] : word.slice(1, -1);
  return valueOf(left) === valueOf(right);
}
