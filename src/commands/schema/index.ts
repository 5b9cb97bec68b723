/** `team-events schema NAME`: the schemas of files and events, for editors and receivers. */
import type { RunContext } from '../../adapters/process/run-context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';

/** Each is loaded only when requested. */
const SCHEMAS = {
  config: () => import('../../../schemas/config.schema.json', { with: { type: 'json' } }),
  clients: () => import('../../../schemas/clients.schema.json', { with: { type: 'json' } }),
  policy: () => import('../../../schemas/policy.schema.json', { with: { type: 'json' } }),
  events: () => import('../../../schemas/events.schema.json', { with: { type: 'json' } }),
  openapi: () => import('../../../schemas/openapi.json', { with: { type: 'json' } }),
} as const;

export type SchemaName = keyof typeof SCHEMAS;
export const SCHEMA_NAMES = Object.keys(SCHEMAS) as readonly SchemaName[];

export async function printSchema(
  name: SchemaName,
  { console }: Pick<RunContext, 'console'>,
): Promise<ExitCode> {
  const { default: schema } = await SCHEMAS[name]();
  await console.print(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.done;
}
