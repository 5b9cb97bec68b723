/** The clients files of `examples/receivers`, sent to what stands in for their product. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toLoopback } from '../../support/loopback.ts';
import { teamEvents, type Result } from '../../support/program.ts';
import type { Api } from '../../support/sample-api.ts';
import { tempFolder } from '../../support/sample-repo.ts';
import { cloudFoundry } from './products/cloud-foundry.ts';
import { concourse } from './products/concourse.ts';
import { gitea } from './products/gitea.ts';
import { gitlab } from './products/gitlab.ts';
import { grafana } from './products/grafana.ts';
import { confluent, discord, jenkins, microsoftTeams, strimzi } from './products/messages.ts';
import type { Product } from './products/product.ts';
import { rancher } from './products/rancher.ts';

/** By name of the recipe. */
export const PRODUCTS = {
  gitlab,
  concourse,
  rancher,
  'cloud-foundry': cloudFoundry,
  grafana,
  gitea,
  'microsoft-teams': microsoftTeams,
  discord,
  jenkins,
  'kafka-strimzi': strimzi,
  'kafka-confluent': confluent,
} as const satisfies Record<string, (isUser?: (name: string) => boolean) => Product>;
export type RecipeName = keyof typeof PRODUCTS;
export const RECIPES = Object.keys(PRODUCTS) as RecipeName[];

/** Of a renamed team the old thing stays: the product cannot rename it, and what is in it must not be lost. */
export const KEEPS_OLD: readonly RecipeName[] = ['concourse', 'rancher'];
/** How long the names are that it makes. */
export const nameLength = (name: RecipeName): number | undefined => (name === 'rancher' ? 40 : undefined);

export const EXAMPLES = fileURLToPath(new URL('../../../examples/receivers', import.meta.url));
export const recipeText = (name: RecipeName): string => readFileSync(join(EXAMPLES, `${name}.yml`), 'utf8');

/** The clients in it, in their order. */
export const clientsOf = (name: RecipeName): string[] =>
  [...recipeText(name).matchAll(/^ {2}- name: (\S+)$/gm)].map(([, client = '']) => client);

export interface Recipe {
  /** The file, with the address of what stands in for the product. */
  readonly clients: string;
  /** The variables of all its clients. */
  readonly env: Readonly<Record<string, string>>;
}

export function recipe(name: RecipeName, { hosts }: Product, { url }: Api): Recipe {
  const clients = join(tempFolder(), 'clients.yml');
  writeFileSync(
    clients,
    hosts.reduce((text, host) => text.replaceAll(host, url), recipeText(name)),
  );
  const values = { TOKEN: 't0ken', SECRET: 'Zmx5', PASSWORD: 'passw0rd', WEBHOOK: `${url}/hook` };
  const variables = clientsOf(name).flatMap((client) =>
    Object.entries(values).map(([variable, value]) => [
      `TEAM_EVENTS_CLIENT_${client.toUpperCase().replaceAll('-', '_')}__${variable}`,
      value,
    ]),
  );
  return { clients, env: Object.fromEntries(variables) as Record<string, string> };
}

/** Retries that soon succeed cost no time; those that do not, 2 s: what one client waits for, the other is making. */
export const runArguments = (
  { clients }: Recipe,
  directory: string,
  ...args: readonly string[]
): string[] => [
  ...toLoopback(directory, clients, args),
  ...(args.includes('--attempts') ? [] : ['--attempts', '12']),
];

export const run = (files: Recipe, directory: string, ...args: readonly string[]): Promise<Result> =>
  teamEvents(runArguments(files, directory, ...args), { env: files.env });
