/** Mutants of the requests that clients say themselves. */
import type { Mutant } from './mutant.ts';

const BODY = ['test/unit/core/requests/body/body.test.ts', 'test/unit/core/requests/body/body-laws.test.ts'];
const URLS = ['test/unit/core/requests/url-laws.test.ts'];
const LANGUAGE = ['test/unit/core/requests/language/expression.test.ts', ...BODY];
const SLUG = ['test/unit/core/requests/language/slug.test.ts'];
const TEMPLATE = ['test/unit/core/requests/template.test.ts'];
const PARTS = ['test/unit/core/clients/parts.test.ts'];
const OWN = 'test/unit/adapters/destinations/webhook/own';
const FINDS = [`${OWN}/finds.test.ts`];
const TOKENS = [`${OWN}/tokens.test.ts`];
const EXCHANGE = [`${OWN}/own-exchange.test.ts`];

export const REQUEST_MUTANTS: readonly Mutant[] = [
  {
    name: 'body: a key that is left out leaves its comma',
    file: 'src/core/requests/body/render-body.ts',
    right: 'if (json !== undefined) entries.push(`${key}:${json}`);',
    wrong: "entries.push(`${key}:${json ?? ''}`);",
    tests: BODY,
  },
  {
    name: 'body: a text is written without its escapes',
    file: 'src/core/requests/body/render-body.ts',
    right: 'return JSON.stringify(renderText(body.template, scope, lookup, budget));',
    wrong: 'return `"${renderText(body.template, scope, lookup, budget)}"`;',
    tests: BODY,
  },
  {
    name: 'body: escapes may make it longer than 1 MiB',
    file: 'src/core/requests/body/render-body.ts',
    right: 'if (Buffer.byteLength(json) > MAX_BYTES) throw',
    wrong: 'if (json.length < 0) throw',
    tests: BODY,
  },
  {
    name: 'body: what is within a value costs nothing',
    file: 'src/core/requests/body/render-body.ts',
    right: 'budget.spend(countOf(value, budget), json.length);',
    wrong: 'budget.spend(1, 0);',
    tests: BODY,
  },
  {
    name: 'body: lengths of lists do not multiply',
    file: 'src/core/requests/body/check-body.ts',
    right: 'return { values: 1 + list.most * values, characters: list.most * (characters + 1) };',
    wrong: 'return { values: list.most + values, characters: list.most + characters };',
    tests: BODY,
  },
  {
    name: 'budget: values compared cost nothing',
    file: 'src/core/requests/language/evaluate.ts',
    right: "budget.work(typeof a === 'string' ? 1 + a.length / 64 : 1);",
    wrong: '',
    tests: BODY,
  },
  {
    name: 'budget: hashes of slugs cost nothing',
    file: 'src/core/requests/language/evaluate.ts',
    right: '(isSlug(text, length) ? 0 : HASH_WORK)',
    wrong: '0',
    tests: BODY,
  },
  {
    name: 'expression: a key of every object is one of the event',
    file: 'src/core/requests/language/evaluate.ts',
    right: 'if (Object.hasOwn(value, key)) return value[key];',
    wrong: 'if (key in value) return value[key];',
    tests: LANGUAGE,
  },
  {
    name: 'expression: what is absent becomes null without ?',
    file: 'src/core/requests/language/evaluate.ts',
    right: 'if (path.optional) return null;',
    wrong: 'if (path.kind !== undefined) return null;',
    tests: LANGUAGE,
  },
  {
    name: 'slug: what ends as a hash is its own slug',
    file: 'src/core/requests/language/slug.ts',
    right: 'SLUG.test(text) && !HASHED.test(text);',
    wrong: 'SLUG.test(text);',
    tests: SLUG,
  },
  {
    name: 'slug: what is longer than it may be is its own slug',
    file: 'src/core/requests/language/slug.ts',
    right: 'text.length <= length && SLUG',
    wrong: 'SLUG',
    tests: SLUG,
  },
  {
    name: 'url: a value is not encoded',
    file: 'src/core/requests/render-url.ts',
    right: 'return encodeURIComponent(text);',
    wrong: 'return encodeURI(text);',
    tests: URLS,
  },
  {
    name: 'url: a value may be two dots',
    file: 'src/core/requests/render-url.ts',
    right: 'const DOTS = /^(?:\\.|%2e){0,2}$/i;',
    wrong: 'const DOTS = /^(?:\\.|%2e){0,1}$/i;',
    tests: URLS,
  },
  {
    name: 'header: a value may hold a line break',
    file: 'src/core/requests/render-request.ts',
    right: 'if (/^[\\x20-\\x7e\\xa0-\\xff]*$/.test(text)) return text;',
    wrong: 'if (/^[\\x00-\\xff]*$/.test(text)) return text;',
    tests: URLS,
  },
  {
    name: 'template: $${ is no literal ${',
    file: 'src/core/requests/template.ts',
    right: "literal += '${';",
    wrong: "literal += '$${';",
    tests: TEMPLATE,
  },
  {
    name: 'parts: the first members of a new team are nobody',
    file: 'src/core/clients/parts.ts',
    right: "'team.created': ['team.members.added'],",
    wrong: '',
    tests: PARTS,
  },
  {
    name: 'parts: who leaves in the commit of a rename stays',
    file: 'src/core/clients/parts.ts',
    right: "'team.modified': ['team.members.removed', 'team.members.added'],",
    wrong: "'team.modified': ['team.members.added'],",
    tests: PARTS,
  },
  {
    name: 'parts: members of teams that the subscription does not cover come along',
    file: 'src/core/clients/parts.ts',
    right: '&& (scope?.(event) ?? true);',
    wrong: '&& (scope?.(event) ?? true, true);',
    tests: PARTS,
  },
  {
    name: 'parts: an event with requests for each member has those of others too',
    file: 'src/core/clients/parts.ts',
    right: 'subscriptions.get(event.type)?.request?.each !== undefined',
    wrong: 'subscriptions.size === 0',
    tests: PARTS,
  },
  {
    name: 'find: that nothing is there is remembered as what was there',
    file: 'src/adapters/destinations/webhook/own/finds.ts',
    right: 'else values.delete(key);',
    wrong: '',
    tests: FINDS,
  },
  {
    name: 'find: clients share what they found',
    file: 'src/adapters/destinations/webhook/own/finds.ts',
    right: 'kind.set(client, values);',
    wrong: "kind.set('a', values).set('b', values);",
    tests: FINDS,
  },
  {
    name: 'find: what is found by what depends on the team does not',
    file: 'src/adapters/destinations/webhook/own/finds.ts',
    right: 'return earlier === undefined || isOfTeam(finds, earlier);',
    wrong: 'return earlier === undefined;',
    tests: FINDS,
  },
  {
    name: 'find: a number that cannot be kept exactly is taken',
    file: 'src/adapters/destinations/webhook/own/finds.ts',
    right: '!Number.isSafeInteger(value)',
    wrong: '!Number.isInteger(value)',
    tests: FINDS,
  },
  {
    name: 'find: an answer of more than 1 MiB is read',
    file: 'src/adapters/destinations/webhook/own/finds.ts',
    right: 'if (Buffer.byteLength(body) > MAX_BYTES)',
    wrong: 'if (Buffer.byteLength(body) > 2 * MAX_BYTES)',
    tests: FINDS,
  },
  {
    name: 'exchange: what is remembered is taken for true, also where it is refused',
    file: 'src/adapters/destinations/webhook/own/own-exchange.ts',
    right: 'if (!asked.remembered || !isDoubtful(exchange)) return exchange;',
    wrong: 'if (asked.remembered || !isDoubtful(exchange)) return exchange;',
    tests: EXCHANGE,
  },
  {
    name: 'exchange: what was asked for last is remembered of a team that is new',
    file: 'src/adapters/destinations/webhook/own/own-exchange.ts',
    right: 'if (part.type === event.type && changesIds(event)) forget();',
    wrong: '',
    tests: EXCHANGE,
  },
  {
    name: 'exchange: an answer to what is asked first may be done already',
    file: 'src/adapters/destinations/webhook/own/own-exchange.ts',
    right: 'judge(outcome, { success: [], done: [] })',
    wrong: 'judge(outcome, endpoint)',
    tests: EXCHANGE,
  },
  {
    name: 'exchange: a refused token is asked for again and again',
    file: 'src/adapters/destinations/webhook/own/own-exchange.ts',
    right: 'if (tries > 1) return { outcome };',
    wrong: 'if (tries > 2) return { outcome };',
    tests: EXCHANGE,
  },
  {
    name: 'token: one that has lapsed is used',
    file: 'src/adapters/destinations/webhook/own/tokens.ts',
    right: 'lastsMs > 0 ? Math.max(lastsMs / 2, lastsMs - MARGIN_MS) : Infinity',
    wrong: 'lastsMs > 0 ? lastsMs : Infinity',
    tests: TOKENS,
  },
  {
    name: 'token: a header in it is sent',
    file: 'src/adapters/destinations/webhook/own/tokens.ts',
    right: '!/^[\\x21-\\x7e]+$/.test(token)',
    wrong: "token === ''",
    tests: TOKENS,
  },
  {
    name: 'token: what was answered is shown',
    file: 'src/adapters/destinations/webhook/own/tokens.ts',
    right: "{ ...outcome, body: '', location: undefined }",
    wrong: '{ ...outcome }',
    tests: TOKENS,
  },
];
