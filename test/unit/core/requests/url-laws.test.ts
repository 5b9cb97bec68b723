/** Laws of urls and headers with values of an event: no value leaves its place, whatever it holds. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderRequest } from '../../../../src/core/requests/render-request.ts';
import type { RequestTemplate } from '../../../../src/core/requests/request-template.ts';
import { parseTemplate, type Template } from '../../../../src/core/requests/template.ts';
import type { Json } from '../../../../src/core/catalogue/reading/json-value.ts';
import { requestRuns, sharpText } from '../../../support/arbitrary-requests.ts';

function template(text: string): Template {
  const parsed = parseTemplate(text, 1, true);
  if (!parsed.ok) throw new Error(parsed.wrong);
  return parsed.value;
}

function rendered(more: Partial<RequestTemplate>, name: Json): ReturnType<typeof renderRequest> {
  const request: RequestTemplate = {
    url: template('https://a.example/'),
    query: [],
    headers: [],
    body: 'none',
    contentType: '',
    each: undefined,
    find: [],
    unsure: [],
    ...more,
  };
  return renderRequest(
    request,
    (root) => (root === 'name' ? name : undefined),
    () => 'VALUE',
  );
}

const URL_OF = 'https://me.example:8443/api/x%2F${name}/members/${name}?of=${name}&more=1';

describe('a url', () => {
  it('keeps each value in its segment or its value of the query, or is not made', () => {
    fc.assert(
      fc.property(sharpText, (name) => {
        const made = rendered({ url: template(URL_OF) }, name);
        const text = made.ok ? made.value.url : `https://me.example:8443/api/x%2F/members/?of=&more=1`;
        const { origin, pathname, hash, search } = new URL(text);
        const segments = pathname.split('/');
        const value = made.ok ? name : '';
        expect({ origin, hash, segments: segments.map(decodeURIComponent) }).toEqual({
          origin: 'https://me.example:8443',
          hash: '',
          segments: ['', 'api', `x/${value}`, 'members', value],
        });
        expect([...new URLSearchParams(search.replaceAll('+', '%2B'))]).toEqual([
          ['of', value],
          ['more', '1'],
        ]);
        // Refused are only what would be no segment, and what would make it too long.
        expect(
          made.ok || /^\.{0,2}$/.test(name) || encodeURIComponent(name).length > 5000 || /\p{Cs}/u.test(name),
        ).toBe(true);
      }),
      { numRuns: requestRuns(300) },
    );
  });

  it.each(['', '.', '..'])('is not made where a value is %j and a whole segment', (name) => {
    for (const url of [
      'https://a.example/x/${name}',
      'https://a.example/${name}/y',
      'https://a.example/${name}?a=b',
    ])
      expect(rendered({ url: template(url) }, name)).toMatchObject({ ok: false });
    expect(rendered({ url: template('https://a.example/x${name}') }, name)).toMatchObject({ ok: true });
    expect(rendered({ url: template('https://a.example/?q=${name}') }, name)).toMatchObject({ ok: true });
  });

  it.each([
    'https://a.example/${name}.',
    'https://a.example/%2e${name}',
    'https://a.example/%2E${name}/x',
    'https://a.example/x\\${name}.',
  ])('is not made where a value makes dots of what stands beside it: %s', (url) => {
    expect(rendered({ url: template(url) }, '.')).toMatchObject({ ok: false });
    expect(rendered({ url: template(url) }, 'a')).toMatchObject({ ok: true });
  });
});

describe('query and headers', () => {
  it('keep each value what it is', () => {
    fc.assert(
      fc.property(sharpText, (name) => {
        const made = rendered({ query: [['a', template('<${name}>')]] }, name);
        expect(made).toMatchObject({ ok: true, value: { query: [['a', `<${name}>`]] } });
      }),
      { numRuns: requestRuns(100) },
    );
  });

  it('hold no line break and nothing that a header cannot carry', () => {
    fc.assert(
      fc.property(sharpText, (name) => {
        const made = rendered({ headers: [['x-a', template('v ${name}')]] }, name);
        // eslint-disable-next-line no-control-regex
        const fits = !/[\u0000-\u001f\u007f-\u009f\u0100-\uffff]/.test(name);
        expect(made).toMatchObject(
          fits ? { ok: true, value: { headers: { 'x-a': `v ${name}` } } } : { ok: false },
        );
      }),
      { numRuns: requestRuns(200) },
    );
  });
});
