/** What docs/clients.md shows of requests in the receiver's own shape is what the program takes, and what it names exists. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readClients } from '../../../src/core/clients/file/clients-file.ts';
import { FUNCTIONS } from '../../../src/core/requests/language/expression.ts';
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import { namesOf } from '../../../src/core/requests/language/shape.ts';

const text = readFileSync(fileURLToPath(new URL('../../../docs/clients.md', import.meta.url)), 'utf8');
const section = text.slice(
  text.indexOf("## Requests in the receiver's own shape"),
  text.indexOf('## Signing'),
);

/** A block is a client, a subscription, or keys of a client. */
function entryOf(block: string): string {
  const indented = (by: string): string => block.replaceAll(/^(?=.)/gm, by);
  if (block.startsWith('- name')) return `clients:\n${indented('  ')}`;
  if (block.startsWith('- event')) return `clients:\n  - name: a\n    subscriptions:\n${indented('      ')}`;
  return `clients:\n  - name: a\n${indented('    ')}    subscriptions: [{ event: team.created, url: 'https://a.example/' }]\n`;
}

describe('docs/clients.md, of requests', () => {
  const blocks = [...section.matchAll(/```yaml\n([^]*?)```/g)].map(([, block = '']) => block);

  it.each(blocks)('shows what the program takes:\n%s', (block) => {
    const { problems, misconfigured, clients } = readClients(entryOf(block));
    expect({ problems, misconfigured: misconfigured.flatMap((one) => one.problems) }).toEqual({
      problems: [],
      misconfigured: [],
    });
    expect(clients).toHaveLength(1);
  });

  it('shows three of them, every function, and every name', () => {
    expect(blocks).toHaveLength(3);
    for (const name of Object.keys(FUNCTIONS)) expect(section).toContain(`\`${name}(`);
    for (const type of EVENT_TYPES)
      for (const name of namesOf(type, undefined, []).keys())
        expect(section).toMatch(new RegExp(`\\b${name}\\b`));
  });
});
