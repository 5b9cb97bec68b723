/** Small repositories in the shapes in which organisations keep their teams, and what `init` has to write for each. */
import type { Files } from '../../support/sample-repo.ts';

export interface Shape {
  readonly name: string;
  readonly files: Files;
  /** What stands under `catalogue` afterwards; undefined if no team-events.yml is needed. */
  readonly catalogue: Readonly<Record<string, unknown>> | undefined;
  /** `id: members`, as `check` and a run see them. */
  readonly teams: readonly string[];
}

const PEOPLE = ['alice', 'bob', 'carol', 'dave'];
const list = (...members: string[]): string => `[${members.join(', ')}]`;

export const SHAPES: readonly Shape[] = [
  {
    name: 'a file for each team, with the usual keys',
    files: { 'teams/a.yml': 'members: [alice]\n', 'equipes/b.yml': 'nom: B\nmembres: [bob]\n' },
    catalogue: undefined,
    teams: ['a: alice', 'b: bob'],
  },
  {
    name: 'one teams.yml with a list',
    files: { 'teams.yml': 'teams:\n  - { id: a, members: [alice] }\n  - { id: b, members: [] }\n' },
    catalogue: undefined,
    teams: ['a: alice', 'b: '],
  },
  {
    name: 'an organisation in a file: orgs.NAME.teams',
    files: {
      'org/org.yaml':
        'orgs:\n  acme:\n    admins: [root]\n    members: [alice, bob, carol]\n    teams:\n' +
        '      core: { maintainers: [alice], members: [bob], teams: { leads: { members: [alice] } } }\n' +
        '      code-organization: { members: [carol], privacy: closed }\n',
      'label_sync/labels.yaml': 'labels: [{ name: bug, color: red }]\n',
    },
    catalogue: { files: 'org/org.yaml', at: 'orgs.acme.teams', members: ['members', 'maintainers'] },
    teams: ['code-organization: carol', 'core: alice, bob', 'leads: alice'],
  },
  {
    name: 'several organisations in files of one folder, with teams of one name',
    files: {
      'peribolos/one.yaml':
        'orgs:\n  one:\n    members: [alice]\n    teams:\n      core: { members: [alice] }\n',
      'peribolos/two.yaml': 'orgs:\n  two:\n    members: [bob]\n    teams:\n      core: { members: [bob] }\n',
      'groups/groups.yaml': 'groups:\n  - { name: list, email-id: l@example.com, owners: [a@example.com] }\n',
    },
    catalogue: { files: 'peribolos/*.yaml', at: ['orgs.one.teams', 'orgs.two.teams'], id: '{file}/{key}' },
    teams: ['one/core: alice', 'two/core: bob'],
  },
  {
    name: 'organisations and groups in folders, each with teams by name',
    files: {
      'config/acme/org.yaml':
        'admins: [root]\nmembers: [alice, bob]\nteams:\n  leads: { members: [alice] }\n',
      'config/acme/sig-a/teams.yaml': 'teams:\n  sig-a: { maintainers: [Alice], members: [bob] }\n',
      'config/acme/sig-b/teams.yaml':
        'teams:\n  sig-b: { members: [bob], teams: { sig-b-leads: { members: [alice] } } }\n',
      'config/other/org.yaml': 'admins: [root]\nmembers: [alice]\nteams:\n  leads: { members: [bob] }\n',
      'config/empty/org.yaml': 'admins: [root]\nmembers: [alice]\n',
    },
    catalogue: {
      files: 'config/**/{org.yaml,teams.yaml}',
      layout: 'map',
      at: 'teams',
      id: '{path[1]}/{key}',
      members: ['members', 'maintainers'],
      memberCase: 'insensitive',
    },
    teams: [
      'acme/leads: alice',
      'acme/sig-a: alice, bob',
      'acme/sig-b: bob',
      'acme/sig-b-leads: alice',
      'other/leads: bob',
    ],
  },
  {
    name: 'teams beside lists of all members',
    files: {
      'org/teams.yaml':
        'teams:\n  Core Folk: { members: [alice, bob], repos: { a: write } }\n  Docs: { members: [bob] }\n',
      'org/members.yaml': `members: ${list(...PEOPLE)}\n`,
      'org/admins.yaml': 'admins: [root]\n',
    },
    catalogue: { files: 'org/teams.yaml' },
    teams: ['Core Folk: alice, bob', 'Docs: bob'],
  },
  {
    name: 'a list of teams with maintainers, beside repositories',
    files: {
      'access-control.yaml':
        'teams:\n  - { name: a, maintainers: [alice], members: [bob] }\n  - { name: b, maintainers: [carol] }\n' +
        'repositories:\n  - { name: r, teams: { a: write }, external_collaborators: { dave: read } }\n',
    },
    catalogue: { files: 'access-control.yaml', members: ['maintainers', 'members'] },
    teams: ['a: alice, bob', 'b: carol'],
  },
  {
    name: 'many small files with another key for people',
    files: {
      'permissions/one.yml': 'name: one\npaths: [org/one]\ndevelopers: [alice, bob]\n',
      'permissions/two.yml': 'name: two\npaths: [org/two]\ndevelopers: []\n',
      'permissions/three.yml': 'name: three\ndevelopers: [carol]\n',
      'permissions/four.yml': 'name: four\ndevelopers: [dave]\n',
    },
    catalogue: { files: 'permissions/*.yml', members: 'developers' },
    teams: ['four: dave', 'one: alice, bob', 'three: carol', 'two: '],
  },
  {
    name: 'a folder for each group, with lists by role',
    files: {
      'config/acme/web/workgroup.yaml':
        'repos: [web]\nemeritus: [zoe]\napprovers: [alice]\nmaintainers: [bob]\nadmins: []\n',
      'config/acme/sdk/workgroup.yaml':
        'repos: [sdk]\nemeritus: []\napprovers: [carol]\nmaintainers: [bob]\n',
      'config/acme/org.yaml': 'orgs: { acme: { admins: [root], members: [alice] } }\n',
    },
    catalogue: {
      files: 'config/acme/*/workgroup.yaml',
      id: '{dir}',
      members: ['approvers', 'maintainers', 'admins'],
    },
    teams: ['sdk: bob, carol', 'web: alice, bob'],
  },
  {
    name: 'a map of groups at the top, whose chairs are mappings',
    files: {
      'reference/sigs/sigs.yaml':
        '---\nAPI:\n  chairs:\n    - { name: Alice, irc: al, email: alice@example.com }\n  status: active\n' +
        'Docs Team:\n  chairs:\n    - { name: Bob, irc: bo, email: bob@example.com }\n  status: active\n',
      'reference/sigs/archived.yaml':
        'Old:\n  chairs:\n    - { name: Zoe, irc: zo, email: zoe@example.com }\n',
      'reference/repos.yaml': 'infra: { repos: [a, b] }\n',
    },
    catalogue: { files: 'reference/sigs/*.yaml', layout: 'map', members: 'chairs' },
    teams: ['API: alice@example.com', 'Docs Team: bob@example.com', 'Old: zoe@example.com'],
  },
  {
    name: 'a list under another key, with nested chairs that have a login',
    files: {
      'sigs.yaml':
        'sigs:\n  - name: A\n    dir: sig-a\n    leadership: { chairs: [{ github: alice, name: Alice }] }\n' +
        '  - name: B\n    dir: sig-b\n    leadership: { chairs: [{ github: bob, name: Bob }, { github: carol, name: Carol }] }\n',
    },
    catalogue: { files: 'sigs.yaml', at: 'sigs', members: 'leadership.chairs', member: 'github' },
    teams: ['A: alice', 'B: bob, carol'],
  },
  {
    name: 'a space for each folder, with users by role',
    files: {
      'config/shop/orgConfig.yml': 'org: shop\norg-manager: { users: [root] }\n',
      'config/shop/prod/spaceConfig.yml':
        'org: shop\nspace: prod\nspace-manager: { users: [alice], ldap_users: [] }\nspace-developer: { users: [bob] }\n',
      'config/shop/test/spaceConfig.yml':
        'org: shop\nspace: test\nspace-manager: { users: [alice] }\nspace-developer: { users: [carol] }\n',
      'config/bank/prod/spaceConfig.yml':
        'org: bank\nspace: prod\nspace-manager: { users: [dave] }\nspace-developer: { users: [] }\n',
    },
    catalogue: {
      files: 'config/*/*/spaceConfig.yml',
      id: '{path[1]}/{path[2]}',
      members: ['space-manager.users', 'space-developer.users', 'space-manager.ldap_users'],
    },
    teams: ['bank/prod: dave', 'shop/prod: alice, bob', 'shop/test: alice, carol'],
  },
  {
    name: 'entities with metadata and spec',
    files: {
      'catalog/web/group.yaml':
        'kind: Group\nmetadata: { name: web, title: Web }\nspec: { type: team, children: [], members: [alice] }\n',
      'catalog/core/group.yaml':
        'kind: Group\nmetadata: { name: core-team, title: Core }\nspec: { type: team, children: [], members: [bob] }\n',
      'catalog/web/component.yaml': 'kind: Component\nmetadata: { name: shop }\nspec: { owner: web }\n',
    },
    catalogue: {
      files: 'catalog/*/group.yaml',
      id: '{metadata.name}',
      name: 'metadata.title',
      members: 'spec.members',
    },
    teams: ['core-team: bob', 'web: alice'],
  },
  {
    name: 'a map with a template for anchors and a version, and labels for tags',
    files: {
      'squads.yml':
        'version: 1\ncommon_settings: &common { labels: [a] }\n' +
        'web: { <<: *common, owners: [alice] }\napi: { <<: *common, owners: [bob] }\n' +
        'ops: { <<: *common, owners: [carol] }\ndocs: { <<: *common, owners: [dave] }\n',
    },
    catalogue: {
      files: 'squads.yml',
      layout: 'map',
      members: 'owners',
      tags: 'labels',
      exclude: ['.*', 'x-*', 'version', 'common_settings'],
    },
    teams: ['api: bob', 'docs: dave', 'ops: carol', 'web: alice'],
  },
  {
    name: 'a folder of teams with a template, in JSON',
    files: {
      'squads/a.json': '{ "title": "A", "people": [{ "user": "alice", "role": "lead" }] }\n',
      'squads/b.json': '{ "title": "B", "people": [{ "user": "bob", "role": "dev" }] }\n',
      'squads/_template.json': '{ "title": "", "people": [] }\n',
      'package.json': '{ "name": "x", "maintainers": [] }\n',
    },
    catalogue: {
      files: ['squads/*.json', '!squads/_template.json'],
      name: 'title',
      members: 'people',
      member: 'user',
    },
    teams: ['a: alice', 'b: bob'],
  },
];
