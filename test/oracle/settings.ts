/** `team-events.yml` as docs/catalogues.md has it: the settings with their defaults, and which files they look at. */
import picomatch from 'picomatch';
import { isMapping, Problem, yamlValues, type Value } from './yaml-values.ts';

export const SETTINGS_FILE = 'team-events.yml';

const DEFAULTS = {
  files: ['teams/**/*.{yml,yaml}', 'equipes/**/*.{yml,yaml}', 'teams.{yml,yaml}', 'equipes.{yml,yaml}'],
  layout: 'auto',
  at: ['teams', 'equipes'],
  children: ['teams'],
  id: '{id}',
  name: ['name', 'nom'],
  members: ['members', 'membres'],
  member: ['id', 'login', 'username', 'matricule', 'email', 'name', 'nom'],
  tags: ['tags'],
  perimeter: ['perimeter', 'perimetre', 'périmètre', 'scope'],
  previously: ['previously'],
  exclude: ['.*', 'x-*'],
  required: [] as string[],
  ignore: [] as string[],
  memberCase: 'sensitive',
  authorEmail: false,
};

const CHOICES: Readonly<Record<string, readonly string[]>> = {
  layout: ['auto', 'team', 'list', 'map'],
  memberCase: ['sensitive', 'insensitive'],
};

export type Settings = typeof DEFAULTS & {
  /** Whether teams stand under `at` and nowhere else. */
  readonly atAlone: boolean;
  matches(path: string): boolean;
  /** Whether a key of a map, or an id, is of no team. */
  excludes(name: string): boolean;
};

export const DEFAULT_SETTINGS: Settings = complete(DEFAULTS, false);

/** @throws {Problem} */
export function readSettings(bytes: Uint8Array): Settings {
  const [document, ...others] = yamlValues(bytes);
  if (others.length > 0 || !isMapping(document)) throw new Problem('not one mapping');
  const { version = 1, source = 'urn:x', catalogue = {}, ...unknown } = document;
  if (Object.keys(unknown).length > 0) throw new Problem('an unknown key');
  if (version !== 1) throw new Problem('not version 1');
  if (typeof source !== 'string' || !isUriReference(source)) throw new Problem('the source is no URI');
  if (!isMapping(catalogue)) throw new Problem('the catalogue is no mapping');
  const settings: Record<string, unknown> = { ...DEFAULTS };
  for (const [key, value] of Object.entries(catalogue)) settings[key] = setting(key, value);
  return complete(settings as typeof DEFAULTS, catalogue['at'] !== undefined);
}

/** RFC 3986, appendix B, and which characters each part may hold. */
function isUriReference(text: string): boolean {
  const parts = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text);
  const [, scheme, authority = '', path = '', query = '', fragment = ''] = parts ?? [];
  const only = (part: string, more: string): boolean =>
    [...part.replaceAll(/%[0-9a-f]{2}/gi, '')].every(
      (one) => /[A-Za-z0-9]/.test(one) || `-._~!$&'()*+,;=${more}`.includes(one),
    );
  const host = authority.replace(/^[^@[\]]*@/, '').replace(/^\[[0-9a-f:.]+\]/i, 'x');
  return (
    text !== '' &&
    (scheme === undefined || /^[a-z][a-z0-9+.-]*$/i.test(scheme)) &&
    only(host, ':@') &&
    only(path, ':@/') &&
    only(query, ':@/?') &&
    only(fragment, ':@/?')
  );
}

function setting(key: string, value: Value): unknown {
  if (!Object.hasOwn(DEFAULTS, key)) throw new Problem(`an unknown key: ${key}`);
  const model = DEFAULTS[key as keyof typeof DEFAULTS];
  if (Array.isArray(model)) {
    const list = typeof value === 'string' ? [value] : value;
    if (!Array.isArray(list) || !list.every((item) => typeof item === 'string')) {
      throw new Problem(`${key} is no list of texts`);
    }
    if (key === 'files' && list.length === 0) throw new Problem('no glob');
    return ['files', 'exclude'].includes(key) ? list : list.map((item) => item.normalize('NFC'));
  }
  if (typeof value !== typeof model) throw new Problem(`${key} is no ${typeof model}`);
  if (CHOICES[key]?.includes(value as string) === false) throw new Problem(`${key} is none of its words`);
  if (key === 'id' && !/\{[^{}]+\}/.test(value as string)) throw new Problem('the id is the same for all');
  return typeof value === 'string' ? value.normalize('NFC') : value;
}

/** By globs of which ! excludes. */
function matcher(globs: readonly string[], dot: boolean): (text: string) => boolean {
  const some = (wanted: readonly string[]) => picomatch([...wanted], { flags: 's', regex: false, dot });
  const wanted = some(globs.filter((glob) => !glob.startsWith('!')));
  const unwanted = some(globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1)));
  return (text) => wanted(text) && !unwanted(text);
}

function complete(settings: typeof DEFAULTS, saysAt: boolean): Settings {
  const files = settings.files.map((glob) => glob.normalize('NFC').replace(/^(!?)\.?\//, '$1'));
  const isWanted = matcher(files, false);
  const matches = (path: string): boolean => isWanted(path) && path !== SETTINGS_FILE;
  const known = new Map<string, boolean>();
  return {
    ...settings,
    atAlone: saysAt && settings.at.length > 0,
    excludes: matcher(settings.exclude, true),
    matches(path) {
      const answer = known.get(path) ?? matches(path.normalize('NFC'));
      known.set(path, answer);
      return answer;
    },
  };
}
