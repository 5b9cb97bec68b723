/** The JSON Schemas (draft 2020-12) of the files that people write, made from what the program checks them with. */
import { toJsonSchema } from '@valibot/to-json-schema';
import * as v from 'valibot';
import { configurationSchema } from '../src/core/catalogue/configuration/configuration.ts';
import { clientSchema, clientsFileSchema } from '../src/core/clients/file/client-schema.ts';
import { policySchema } from '../src/adapters/files/policy-file.ts';

/** Said beside them by `v.metadata`, as far as JSON Schema can say it. */
const NOT_CONVERTIBLE = new Set(['check', 'raw_check', 'transform', 'readonly', 'custom']);

/** The text of `schemas/<name>.schema.json`, by name. */
export const JSON_SCHEMAS: Readonly<Record<string, string>> = {
  config: convert('team-events.yml', configurationSchema),
  clients: convert('The clients file of team-events', clientsFileSchema(clientSchema)),
  policy: convert('The policy file of team-events', policySchema),
};

function convert(title: string, schema: v.GenericSchema): string {
  const { $schema, ...converted } = toJsonSchema(schema, {
    target: 'draft-2020-12',
    // Ignores that a mapping is checked twice, as `strictMapping` does; all else that cannot be converted throws below.
    errorMode: 'ignore',
    overrideSchema({ valibotSchema, jsonSchema, errors }) {
      requireConvertible(valibotSchema.type, errors);
      return valibotSchema.type === 'loose_object'
        ? { ...jsonSchema, additionalProperties: false }
        : undefined;
    },
    overrideAction({ valibotAction, errors }) {
      requireConvertible(valibotAction.type, errors);
      return undefined;
    },
  });
  return `${JSON.stringify({ $schema, title, ...converted }, null, 2)}\n`;
}

function requireConvertible(type: string, errors: readonly string[] | undefined): void {
  if (errors !== undefined && !NOT_CONVERTIBLE.has(type)) throw new Error(errors.join('; '));
}
