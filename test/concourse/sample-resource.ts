/** A resource of a teams repo over http with a password, by the protocol of the type. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { tempFolder } from '../support/sample-repo.ts';
import { imageBin, runResource, type Ended, type Script } from './containers.ts';
import { host, serveHttp } from './git-servers.ts';
import { POLICY } from './sample-site.ts';

export type Version = Readonly<Record<string, string>>;
export type Source = Readonly<Record<string, unknown>>;

export const PASSWORD = 'a-very-secret-password';
const EXTERNAL = {
  ATC_EXTERNAL_URL: 'https://concourse.example.com',
  BUILD_TEAM_NAME: 'main',
  BUILD_PIPELINE_NAME: 'groups',
  BUILD_JOB_NAME: 'tell',
  BUILD_NAME: '7',
  BUILD_ID: '1234',
};

export async function createResource(more: Source = {}, objectFormat?: 'sha256') {
  const root = tempFolder();
  const teams = host(root, 'teams', objectFormat);
  const bin = imageBin();
  const uri = `${await serveHttp(root, 'robot', PASSWORD)}/teams.git`;
  const source: Source = { uri, branch: 'main', username: 'robot', password: PASSWORD, ...more };
  const temp = tempFolder();
  const run = (script: Script, request: object, folder?: string): Promise<Ended> =>
    runResource(
      script,
      { source, ...request },
      { bin, temp, env: EXTERNAL, ...(folder !== undefined && { folder }) },
    );
  return {
    teams,
    source,
    temp,
    run,
    check: async (version?: Version, changed: Source = {}): Promise<Version[]> => {
      const ended = await run('check', { source: { ...source, ...changed }, ...(version && { version }) });
      expect(ended).toMatchObject({ code: 0 });
      return JSON.parse(ended.stdout) as Version[];
    },
    get: async (version: Version) => {
      const folder = join(tempFolder(), 'get');
      const ended = await run('in', { version }, folder);
      const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
      return { ...ended, folder, read };
    },
    /** With artifacts: a clients file in `clients`, of these entries. */
    put: async (entries: string, params: Source = {}, changed: Source = {}) => {
      const folder = tempFolder();
      mkdirSync(join(folder, 'clients'));
      writeFileSync(join(folder, 'clients/clients.yml'), `clients:\n${entries}`);
      const all = { clients: 'clients/clients.yml', policy: POLICY, ...params };
      return run('out', { source: { ...source, ...changed }, params: all }, folder);
    },
  };
}

/** The one that check keeps in the temporary folder of its container. */
export const keptClone = (temp: string): string =>
  join(temp, readdirSync(temp).find((name) => name.endsWith('.git')) ?? 'none');
