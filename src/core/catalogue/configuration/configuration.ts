/** `team-events.yml`: where teams are and what their keys are called. */
import * as v from 'valibot';
import type { Result } from '../../result.ts';
import { parseCheckedFile, strictMapping } from '../../yaml/checked-file.ts';
import type { FileProblem } from '../../yaml/file-problem.ts';
import { nfc } from '../../yaml/yaml-text.ts';
import { globList, globs, oneOrMore } from './globs.ts';
import { compileIdTemplate, type IdTemplate } from './id-template.ts';
import { createNameMatcher, createPathMatcher, type PathMatcher } from './path-matcher.ts';
import { URI_REFERENCE } from './uri-reference.ts';

export const CONFIGURATION_FILE = 'team-events.yml';

/** Limits the cost: every key of every team is compared with each of them. */
const MAX_NAMES = 50;
const MAX_NAME_LENGTH = 200;
/** Limits the cost: every key of every map is compared with each of them. */
const MAX_EXCLUDED = 50;
/** The source is repeated in every event. */
const MAX_SOURCE_LENGTH = 1000;

const names = (description: string) =>
  v.pipe(
    oneOrMore('expected a key or a list of keys, such as [name, nom]'),
    v.check((list) => list.length <= MAX_NAMES, `more than ${MAX_NAMES} keys`),
    v.check(
      (list) => list.every((name) => name.length <= MAX_NAME_LENGTH),
      `a key of more than ${MAX_NAME_LENGTH} characters`,
    ),
    v.metadata({
      maxLength: MAX_NAME_LENGTH,
      maxItems: MAX_NAMES,
      items: { type: 'string', maxLength: MAX_NAME_LENGTH },
    }),
    v.transform((list) => list.map(nfc)),
    v.description(description),
  );

const keys = (description: string, ...defaults: string[]) => v.optional(names(description), defaults);

/** Keys that may hold the teams of a document if `at` names none. */
const USUAL_PLACES = ['teams', 'equipes'];

const catalogueSchema = strictMapping({
  files: v.optional(
    v.pipe(
      globList,
      v.description(
        'Where the teams are: globs of paths from the root of the repository; one that begins with ! excludes.',
      ),
    ),
    ['teams/**/*.{yml,yaml}', 'equipes/**/*.{yml,yaml}', 'teams.{yml,yaml}', 'equipes.{yml,yaml}'],
  ),
  layout: v.optional(
    v.pipe(
      v.picklist(['auto', 'team', 'list', 'map'], 'expected auto, team, list or map'),
      v.description(
        'The form of teams in a file: one team, a list, or a map by key; auto decides by the document.',
      ),
    ),
    'auto',
  ),
  at: v.optional(
    v.pipe(
      names(
        'The key that holds the list or the map of teams inside a document. Named, with the layout list or map, nothing ' +
          'else is a team; left out, it is teams or equipes, and a document may itself be the list or the map.',
      ),
    ),
  ),
  children: keys(
    'The key of a team that holds its child teams. An empty list: teams have no children.',
    'teams',
  ),
  id: v.optional(
    v.pipe(
      v.string("expected a template in quotes, such as '{file}'"),
      v.maxLength(MAX_NAME_LENGTH, `a template of more than ${MAX_NAME_LENGTH} characters`),
      v.transform(nfc),
      v.regex(/\{[^{}]+\}/, 'expected at least one placeholder such as {id} or {file}'),
      v.description(
        'How the id of a team is made: {any field of it}, {file} base name, {dir} parent folder, {path} path without ' +
          'ending, {path[1]} one of its segments, {key} key of a map. Without an id field, {id} is the key of a map, ' +
          'the name in a list, else the base name of the file.',
      ),
    ),
    '{id}',
  ),
  name: keys('The name of a team; the first of these keys that it has counts.', 'name', 'nom'),
  members: keys(
    'The members of a team. If it has several of these keys they are role lists, and members carry `roles`.',
    'members',
    'membres',
  ),
  member: keys(
    'For a member written as a mapping: the key that identifies it; the other keys are its properties.',
    'id',
    'login',
    'username',
    'matricule',
    'email',
    'name',
    'nom',
  ),
  tags: keys('The tags of a team: a list is a set, a mapping stays one.', 'tags'),
  perimeter: keys(
    'What a team is responsible for, in any form.',
    'perimeter',
    'perimetre',
    'périmètre',
    'scope',
  ),
  previously: keys('Earlier ids of a team: its new id is then sent as a rename.', 'previously'),
  exclude: v.optional(
    v.pipe(
      globs(MAX_EXCLUDED),
      v.description(
        'Globs of keys of a map, and of ids, that are not teams, such as templates for anchors; one that begins with ! makes an exception.',
      ),
    ),
    ['.*', 'x-*'],
  ),
  required: keys('A team without one of these keys is a problem, against typos such as `membre:`.'),
  ignore: keys('Keys of a team that are left out of events.'),
  memberCase: v.optional(
    v.pipe(
      v.picklist(['sensitive', 'insensitive'], 'expected sensitive or insensitive'),
      v.description('insensitive: the ids of members are compared and sent in lower case.'),
    ),
    'sensitive',
  ),
  authorEmail: v.optional(
    v.pipe(
      v.boolean('expected true or false'),
      v.description("Whether events hold the e-mail addresses of commits' authors."),
    ),
    false,
  ),
});

export const configurationSchema = strictMapping({
  version: v.optional(v.pipe(v.literal(1, 'expected 1'), v.description('The version of this format.')), 1),
  source: v.optional(
    v.pipe(
      v.string('expected a URI, such as https://example.com/teams'),
      v.maxLength(MAX_SOURCE_LENGTH, `expected a URI of at most ${MAX_SOURCE_LENGTH} characters`),
      v.regex(
        URI_REFERENCE,
        'expected a URI-reference, such as https://example.com/teams; other characters percent-encoded',
      ),
      v.description('The CloudEvents source of every event. If left out, it is made from the URL of origin.'),
    ),
  ),
  catalogue: v.optional(
    v.pipe(catalogueSchema, v.description('Where the teams are, and what their keys are called.')),
    {},
  ),
});

export interface Configuration extends Omit<v.InferOutput<typeof catalogueSchema>, 'at'>, PathMatcher {
  readonly at: readonly string[];
  /** Whether teams are found only under `at`: then a document without that key holds none. */
  readonly atAlone: boolean;
  /** Whether this key of a map, or this id, is excluded from the teams. */
  readonly excludes: (name: string) => boolean;
  /** The CloudEvents source, if the file names one. */
  readonly source: string | undefined;
  /** Keys of a team that are read into a field of their own, or ignored; all others become attributes. */
  readonly recognised: ReadonlySet<string>;
  /** The recognised keys that are paths, such as `spec.members`. */
  readonly nested: readonly string[];
  readonly idTemplate: IdTemplate;
}

/** Parses the text of `team-events.yml`. Never throws: problems are returned with their positions. */
export function parseConfiguration(text: string): Result<Configuration, readonly FileProblem[]> {
  const checked = parseCheckedFile(text, configurationSchema);
  return checked.ok ? { ok: true, value: complete(checked.value.content) } : checked;
}

function complete({ source, catalogue }: v.InferOutput<typeof configurationSchema>): Configuration {
  const { at, layout, name, members, tags, perimeter, previously, ignore } = catalogue;
  const recognised = new Set([...name, ...members, ...tags, ...perimeter, ...previously, ...ignore]);
  if (catalogue.id.includes('{id}')) recognised.add('id');
  const paths = createPathMatcher(catalogue.files);
  return {
    ...catalogue,
    at: at ?? USUAL_PLACES,
    atAlone: at !== undefined && at.length > 0 && (layout === 'list' || layout === 'map'),
    excludes: createNameMatcher(catalogue.exclude),
    source,
    recognised,
    nested: [...recognised].filter((key) => key.includes('.')),
    idTemplate: compileIdTemplate(catalogue.id),
    matches: (path) => path !== CONFIGURATION_FILE && paths.matches(path),
    mayHold: (path) => path === CONFIGURATION_FILE || paths.mayHold(path),
  };
}

/** Used for a repo without `team-events.yml`. */
export const DEFAULT_CONFIGURATION: Configuration = complete(v.parse(configurationSchema, {}));
