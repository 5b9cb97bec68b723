/** Where an event lacks a value, `?` is offered just where it helps, by the check and by the run alike. */
import { describe, expect, it } from 'vitest';
import { adviceOn } from '../../../../src/core/clients/file/client-advice.ts';
import { webhooksOf } from '../../../../src/core/clients/file/client.ts';
import type { Json } from '../../../../src/core/catalogue/reading/json-value.ts';
import { renderRequest } from '../../../../src/core/requests/render-request.ts';
import { clientIn, clientText } from '../../../support/sample-clients.ts';

const VALUES: Readonly<Record<string, Json>> = {
  team: { id: 'core', tags: ['a'], members: [{ id: 'ann' }], attributes: {} },
};
const PATH = 'team.attributes.x';

/** What the check says of a subscription, and what comes of it. */
function judged(subscription: string): { readonly advice: readonly string[]; readonly made: string } {
  const text = clientText(`name: a\nsubscriptions: [{ event: team.created, ${subscription} }]`);
  const client = clientIn(text);
  const [hook] = webhooksOf(client).values();
  if (hook?.request === undefined) throw new Error(`no request in ${text}`);
  const made = renderRequest(
    hook.request,
    (name) => VALUES[name],
    () => 'https://a.example/b/',
  );
  const advice = adviceOn(client, 15_000).map(({ message }) => message.replace(/^.*; /, ''));
  return { advice, made: made.ok ? 'made' : made.wrong.replace(/^it has no [^;]+; /, '') };
}

const NULL = `${PATH}? gives null in place of it`;
const OUT = `{ $if: '${PATH}?', then: … } leaves it out`;
const NULL_OR_OUT = `${NULL}, ${OUT}`;
const NEVER = 'name in its place what is always there, such as an id (null cannot stand there)';

describe('a value that an event lacks', () => {
  it.each([
    ["url: 'https://a.example/PATH'", NEVER],
    ["url: 'https://a.example/PATH/b'", NEVER],
    ["url: 'https://a.example/PATH?a=b'", NEVER],
    ["url: 'https://a.example/.PATH.?b'", NEVER],
    ["url: '${BASE}PATH'", NEVER],
    ["url: 'https://a.example/t-PATH'", NULL],
    ["url: 'https://a.example/PATH-t'", NULL],
    ["url: 'https://a.example/${team.id}PATH'", NULL],
    ["url: 'https://a.example/PATH${team.id}'", NULL],
    ["url: 'https://a.example/b?c=PATH'", NULL],
    ["url: 'https://a.example/b?c=${team.id}/PATH'", NULL],
    ["url: 'https://a.example/', query: { a: 'PATH' }", NULL],
    ["url: 'https://a.example/', headers: { x-a: 'PATH' }", NULL],
    ["url: 'https://a.example/', query: { a: '${slug(PLAIN)}' }", NEVER],
    ["url: 'https://a.example/', body: 'PATH'", NULL_OR_OUT],
    ["url: 'https://a.example/', body: { $eval: 'PLAIN' }", NULL_OR_OUT],
    ["url: 'https://a.example/', body: { $if: '!PLAIN', then: 1 }", NULL_OR_OUT],
    ["url: 'https://a.example/', body: { $if: 'PLAIN == 1', then: 1 }", NULL_OR_OUT],
    ["url: 'https://a.example/', body: { $if: '1 != PLAIN', then: 1 }", NULL_OR_OUT],
    ["url: 'https://a.example/', body: { $if: \"'a' in PLAIN\", then: 1 }", OUT],
    ["url: 'https://a.example/', body: '${lowercase(PLAIN)}'", OUT],
    ["url: 'https://a.example/', body: '${len(PLAIN)}'", OUT],
    ["url: 'https://a.example/', body: '${join(PLAIN, \"a\")}'", OUT],
    ["url: 'https://a.example/', body: { $map: { $eval: 'PLAIN' }, 'each(m)': 1 }", OUT],
  ])('in %s: %s', (place, remedy) => {
    const withPath = (path: string): string => place.replace('PATH', `\${${path}}`).replace('PLAIN', path);
    expect(judged(withPath(PATH))).toEqual({ advice: [remedy], made: remedy });
    const { advice, made } = judged(withPath(`${PATH}?`));
    expect(advice).toEqual([]);
    expect([made, made === 'made']).toEqual([made, remedy.startsWith(NULL)]);
  });

  it('of an item of a list names that, and what is said leaves it out', () => {
    const body = (each: string): string =>
      `url: 'https://a.example/', body: { $map: { $eval: team.members }, 'each(m)': ${each} }`;
    const { advice, made } = judged(body("'${m.email}'"));
    const remedy = "m.email? gives null in place of it, { $if: 'm.email?', then: … } leaves it out";
    expect(advice).toEqual([remedy]);
    expect(made).toBe(remedy);
    expect(judged(body("{ $if: 'm.email?', then: '${m.email}' }"))).toEqual({ advice: [], made: 'made' });
  });
});
