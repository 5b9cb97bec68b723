/** The TypeScript types of the events, made from their JSON Schema: what `import type { TeamEvent } from 'team-events'` gives. */
import { EVENT_NAMES, eventDefinitions, type SchemaNode } from './event-schemas.ts';

const DEFINITIONS = eventDefinitions('');

function comment({ description }: SchemaNode, indent: string): string {
  return description === undefined ? '' : `${indent}/** ${description} */\n`;
}

function typeText(node: SchemaNode, indent: string): string {
  if (node.$ref !== undefined) return node.$ref;
  if (node.const !== undefined) return literal(node.const);
  if (node.enum !== undefined) return node.enum.map(literal).join(' | ');
  if (node.anyOf !== undefined) return node.anyOf.map((one) => typeText(one, indent)).join(' | ');
  if (node.items !== undefined) return `readonly ${typeText(node.items, indent)}[]`;
  if (node.type === 'object') return objectText(node, indent);
  if (node.type !== undefined) return node.type;
  throw new Error(`TypeScript has no type for ${JSON.stringify(node)}`);
}

const literal = (value: string | boolean): string =>
  typeof value === 'string' ? `'${value}'` : String(value);

function objectText(
  { properties = {}, required = [], additionalProperties }: SchemaNode,
  indent: string,
): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(
    ([key, node]) =>
      `${comment(node, inner)}${inner}readonly ${key}${required.includes(key) ? '' : '?'}: ${typeText(node, inner)};\n`,
  );
  if (additionalProperties !== undefined && additionalProperties !== false) {
    lines.push(`${inner}readonly [key: string]: ${typeText(additionalProperties, inner)};\n`);
  }
  return `{\n${lines.join('')}${indent}}`;
}

/** An object is an interface, so that messages of the compiler name it. */
function declaration([name, node]: readonly [string, SchemaNode]): string {
  return node.type === 'object'
    ? `${comment(node, '')}export interface ${name} ${typeText(node, '')}\n`
    : `${comment(node, '')}export type ${name} = ${typeText(node, '')};\n`;
}

/** The text of `types/index.d.cts`. */
export const EVENT_DECLARATIONS = [
  '/** The events of team-events. Made from what describes them (npm run schemas): do not edit. */\n',
  `/** Any event: ask its \`type\`, and \`data\` has what that type tells. */\nexport type TeamEvent = ${EVENT_NAMES.join(' | ')};\n`,
  `/** The event of one type: \`EventOf<'team.deleted'>\`. */\nexport type EventOf<Type extends EventType> = Extract<TeamEvent, { readonly type: Type }>;\n`,
  ...Object.entries(DEFINITIONS).map(declaration),
].join('\n');
