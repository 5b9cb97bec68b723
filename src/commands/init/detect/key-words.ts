/** Keys by which `init` recognises teams, by their words: `space-developer.ldap_users` has the word `user`. */

/** Keys that hold people, in the singular. */
const PEOPLE = new Set(
  (
    'member maintainer developer owner lead leader chair admin user people person reviewer approver contributor ' +
    'engineer staff manager coordinator collaborator participant employee committer steward captain ' +
    'membre equipier responsable developpeur personne utilisateur collaborateur referent pilote'
  ).split(' '),
);
/** Words that show that a key holds no present members after all. */
const NO_PEOPLE = new Set(['alumni', 'emeritus', 'former', 'ancien', 'repo', 'repository', 'repositories']);
/** Keys and folders that hold teams, which are in the plural: `core-team` is rather a team. */
const TEAMS = /^(?:team|equipe|squad|tribe|crew|guild|group|groupe|workgroup|sig)s$/;
/** Keys that hold organisations: what is in them are no teams, although they have members as well. */
const ORGANISATIONS = /^(?:orgs?|organi[sz]ations?)$/i;

/** The words of a key, in lower case and without accents. */
const wordsOf = (key: string): readonly string[] =>
  key
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

const has = (key: string, words: ReadonlySet<string>): boolean =>
  wordsOf(key).some((word) => words.has(word) || words.has(word.replace(/s$/, '')));

export const namesPeople = (key: string): boolean => has(key, PEOPLE) && !has(key, NO_PEOPLE);
export const namesTeams = (key: string): boolean => TEAMS.test(wordsOf(key).at(-1) ?? '');
export const namesOrganisations = (key: string): boolean => ORGANISATIONS.test(key);

/** The usual keys for a field, the more likely first; those that the program knows by itself come before. */
export const USUAL_KEYS = {
  name: [
    'metadata.title',
    'spec.profile.displayName',
    'display_name',
    'displayName',
    'title',
    'titre',
    'label',
  ],
  tags: ['labels', 'metadata.tags', 'etiquettes', 'étiquettes', 'keywords'],
  perimeter: ['responsibilities', 'responsibility', 'domain', 'domaine', 'area', 'areas', 'mission'],
} as const;

/** Keys that identify a team by themselves; one that every team has is better than a name made from its path. */
export const IDENTITIES = ['metadata.name', 'slug', 'key', 'code', 'team', 'name', 'nom', 'title'] as const;

/** Keys that identify a member, the better ones first. */
export const LOGINS =
  'id login username matricule github gitlab github_id user handle uid email mail name nom irc'.split(' ');

/** What begins a name of a template, an example, or settings common to all teams. */
export const isTemplateName = (name: string): boolean =>
  /^(?:_|\.|x-|template|example|sample|default|common|modele|exemple)/i.test(name);
