/** What is allowed in the clients file, and most likely not what was meant. */
import type { FileProblem } from '../yaml/checked-file.ts';
import type { Client } from './clients-file.ts';
import { fill, type Template } from './template.ts';
import type { WireFormat } from './wire-format.ts';

export type Advice = Pick<FileProblem, 'line' | 'message'>;

/** Addresses that only take requests of their product's own shape. */
const PRODUCTS: readonly (readonly [address: RegExp, product: string, format: WireFormat])[] = [
  [/\/api\/v4\/projects\/.*\/trigger\/pipeline$/, 'a pipeline trigger of GitLab', 'gitlab-pipeline'],
  [/\/repos\/[^/]+\/[^/]+\/dispatches$/, 'a repository dispatch of GitHub', 'github-dispatch'],
  [/^https:\/\/hooks\.slack\.com\/services\//, 'an incoming webhook of Slack', 'slack'],
];

/** In the order of the file. */
export function adviceOn({ subscriptions }: Client): readonly Advice[] {
  const all = [...subscriptions.values()];
  const found = all.flatMap(({ url, format }): Advice[] =>
    PRODUCTS.filter(([address, , wanted]) => address.test(addressOf(url)) && format !== wanted).map(
      ([, product, wanted]) => ({
        line: url.line,
        message: `the url is ${product}, which wants format: ${wanted}; the format here is ${format}`,
      }),
    ),
  );
  const [scoped] = all.filter(({ scope }) => scope !== undefined);
  if (scoped !== undefined && !subscriptions.has('team.modified')) {
    found.push({
      line: scoped.line,
      message:
        'a team may come into its scope, or leave it, by a change of tags or id: that is told as team.modified, ' +
        'to which this client does not subscribe',
    });
  }
  return [...new Map(found.map((one) => [`${one.line} ${one.message}`, one])).values()].sort(
    (a, b) => a.line - b.line,
  );
}

/** Without its query, and with the variables by their names. */
const addressOf = (url: Template): string => fill(url, (variable) => `\${${variable}}`).replace(/\?.*$/s, '');
