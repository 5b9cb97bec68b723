/** `team-events.yml`: where teams are and what their keys are called. */
import * as v from 'valibot';
import { parseCheckedFile, strictMapping, type Checked } from '../yaml/checked-file.ts';
import { nfc } from '../yaml/yaml-text.ts';
import { globList, oneOrMore } from './globs.ts';
import { compileIdTemplate, type IdTemplate } from './id-template.ts';
import { createPathMatcher, type PathMatcher } from './path-matcher.ts';

export const CONFIGURATION_FILE = 'team-events.yml';

const keys = (...defaults: string[]) =>
  v.optional(
    v.pipe(
      oneOrMore,
      v.transform((names) => names.map(nfc)),
    ),
    defaults,
  );

const catalogueSchema = strictMapping({
  files: v.optional(globList, [
    'teams/**/*.{yml,yaml}',
    'equipes/**/*.{yml,yaml}',
    'teams.{yml,yaml}',
    'equipes.{yml,yaml}',
  ]),
  layout: v.optional(v.picklist(['auto', 'team', 'list', 'map'], 'expected auto, team, list or map'), 'auto'),
  at: keys('teams', 'equipes'),
  children: keys('teams'),
  id: v.optional(
    v.pipe(
      v.string(),
      v.transform(nfc),
      v.regex(/\{[^{}]+\}/, 'expected at least one placeholder such as {id} or {file}'),
    ),
    '{id}',
  ),
  name: keys('name', 'nom'),
  members: keys('members', 'membres'),
  member: keys('id', 'login', 'username', 'matricule', 'email', 'name', 'nom'),
  tags: keys('tags'),
  perimeter: keys('perimeter', 'perimetre', 'périmètre', 'scope'),
  previously: keys('previously'),
  required: keys(),
  ignore: keys(),
  memberCase: v.optional(
    v.picklist(['sensitive', 'insensitive'], 'expected sensitive or insensitive'),
    'sensitive',
  ),
  authorEmail: v.optional(v.boolean(), false),
});

const configurationSchema = strictMapping({
  version: v.optional(v.literal(1, 'expected 1'), 1),
  source: v.optional(v.pipe(v.string(), v.regex(/^\S+$/, 'expected a URI'))),
  catalogue: v.optional(catalogueSchema, {}),
});

export interface Configuration extends v.InferOutput<typeof catalogueSchema>, PathMatcher {
  /** The CloudEvents source, where the file names one. */
  readonly source: string | undefined;
  /** Keys of a team that are told by a name of their own, or ignored: not among its attributes. */
  readonly recognised: ReadonlySet<string>;
  /** Those of them that lead down, such as `spec.members`. */
  readonly nested: readonly string[];
  readonly idTemplate: IdTemplate;
}

/** Parses the text of `team-events.yml`. */
export function parseConfiguration(text: string): Checked<Configuration> {
  const checked = parseCheckedFile(text, configurationSchema);
  return checked.ok ? { ...checked, value: complete(checked.value) } : checked;
}

function complete({ source, catalogue }: v.InferOutput<typeof configurationSchema>): Configuration {
  const { name, members, tags, perimeter, previously, ignore } = catalogue;
  const recognised = new Set([...name, ...members, ...tags, ...perimeter, ...previously, ...ignore]);
  if (catalogue.id.includes('{id}')) recognised.add('id');
  const paths = createPathMatcher(catalogue.files);
  return {
    ...catalogue,
    source,
    recognised,
    nested: [...recognised].filter((key) => key.includes('.')),
    idTemplate: compileIdTemplate(catalogue.id),
    matches: (path) => path !== CONFIGURATION_FILE && paths.matches(path),
    mayHold: (path) => path === CONFIGURATION_FILE || paths.mayHold(path),
  };
}

/** What a repo without `team-events.yml` gets. */
export const DEFAULT_CONFIGURATION: Configuration = complete(v.parse(configurationSchema, {}));
