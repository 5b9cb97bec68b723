/** The schemas by name; the command line needs the names without the rest of the story. */

/** Each is loaded only when requested. */
export const SCHEMAS = {
  config: () => import('../../../schemas/config.schema.json', { with: { type: 'json' } }),
  clients: () => import('../../../schemas/clients.schema.json', { with: { type: 'json' } }),
  policy: () => import('../../../schemas/policy.schema.json', { with: { type: 'json' } }),
  events: () => import('../../../schemas/events.schema.json', { with: { type: 'json' } }),
  openapi: () => import('../../../schemas/openapi.json', { with: { type: 'json' } }),
} as const;

/** `team` is made of the repository's own configuration. */
export type SchemaName = keyof typeof SCHEMAS | 'team';
export const SCHEMA_NAMES = ['team', ...Object.keys(SCHEMAS)] as readonly SchemaName[];
