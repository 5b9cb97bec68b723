/**
 * The body of a request as the clients file has it -> what is to be filled in. A subset of JSON-e
 * (https://json-e.js.org, docs/adr/0019-requests-as-a-subset-of-json-e.md):
 *
 *     { title: "${team.name}", tags: { $eval: team.tags }, "$$ref": 1 }
 *     { $if: "team.attributes.site? == 'north'", then: 1, else: 2 }
 *     { $map: { $eval: team.members }, "each(m)": { id: "${m.id}" } }
 */
import type { NodePath } from '../../yaml/yaml-text.ts';
import { isMapping } from '../../yaml/yaml-text.ts';
import { quoted } from '../../text/unicode.ts';
import { MAX_BYTES, TOO_LARGE } from '../language/budget.ts';
import { parseExpression, type Expression, type Path } from '../language/expression.ts';
import { parseTemplate, strayBraces, type Template } from '../template.ts';

/** `node`: where it stands in the clients file. */
export type Body =
  /** `json` is its text. */
  | { readonly kind: 'literal'; readonly json: string; readonly values: number }
  | { readonly kind: 'text'; readonly template: Template; readonly node: NodePath }
  | { readonly kind: 'eval'; readonly expression: Expression; readonly node: NodePath }
  | {
      readonly kind: 'if';
      readonly condition: Expression;
      /** Without one, it is left out of the list or mapping that holds it. */
      readonly yes: Body | undefined;
      readonly no: Body | undefined;
      readonly node: NodePath;
    }
  | {
      readonly kind: 'map';
      readonly list: Path;
      /** What each item is called. */
      readonly name: string;
      readonly each: Body;
      readonly node: NodePath;
    }
  | { readonly kind: 'list'; readonly items: readonly Body[] }
  /** `key` is JSON. */
  | { readonly kind: 'mapping'; readonly entries: readonly (readonly [key: string, Body])[] };

export interface BodySource {
  /** The line of a value. */
  readonly lineOf: (node: NodePath) => number;
  readonly problem: (node: NodePath, message: string) => void;
}

const NOTHING: Body = { kind: 'literal', json: 'null', values: 1 };
const OPERATORS = ['$eval', '$if', '$map'] as const;
const EACH = /^each\(\s*([A-Za-z_][A-Za-z0-9_]*)\s*\)$/;
const MAX_MAPS = 2;

/** Reads the body; everything that is wrong with it becomes a problem. `value` holds no cycle. */
export function parseBody(value: unknown, root: NodePath, { lineOf, problem }: BodySource): Body {
  let characters = 0;
  const wrong = (at: NodePath, message: string): Body => {
    problem(at, message);
    return NOTHING;
  };
  const literal = (json: string): Body => {
    characters += json.length;
    return { kind: 'literal', json, values: 1 };
  };

  function read(one: unknown, at: NodePath, maps: number): Body {
    // Aliases may repeat one long text: what is too large is not even read.
    if (characters > MAX_BYTES) return NOTHING;
    if (typeof one === 'string') return text(one, at);
    if (typeof one === 'number' || typeof one === 'boolean') return literal(JSON.stringify(one));
    if (Array.isArray(one)) return listOf(one.map((item, index) => read(item, [...at, index], maps)));
    if (isMapping(one)) return mapping(one, at, maps);
    return literal('null');
  }

  function text(one: string, at: NodePath): Body {
    characters += one.length;
    if (characters > MAX_BYTES) return wrong(at, `the body holds ${TOO_LARGE}`);
    const parsed = parseTemplate(one, lineOf(at), true);
    if (!parsed.ok) return wrong(at, parsed.wrong);
    const stray = strayBraces(parsed.value, false);
    if (stray !== undefined) return wrong(at, stray);
    const { parts } = parsed.value;
    if (parts.every((part) => 'text' in part))
      return { kind: 'literal', json: JSON.stringify(parts.map((part) => part.text).join('')), values: 1 };
    return { kind: 'text', template: parsed.value, node: at };
  }

  function mapping(one: Readonly<Record<string, unknown>>, at: NodePath, maps: number): Body {
    const operator = OPERATORS.find((name) => Object.hasOwn(one, name));
    if (operator === '$eval') return evaluated(one, at);
    if (operator === '$if') return conditional(one, at, maps);
    if (operator === '$map') return mapped(one, at, maps);
    const entries: [string, Body][] = [];
    const known = new Set<string>();
    for (const [key, item] of Object.entries(one)) {
      const inside = [...at, key];
      if (/^\$[A-Za-z_]/.test(key))
        wrong(
          inside,
          `${quoted(key)} is not part of the language: there are ${OPERATORS.join(', ')}; the key itself is written $${key}`,
        );
      else if (/(?<!\$)\$\{/.test(key))
        wrong(inside, 'keys are as they are written: they cannot be filled in');
      characters += key.length;
      const plain = /^\$\$[A-Za-z_]/.test(key) ? key.slice(1) : key.replaceAll('$${', '${');
      const json = JSON.stringify(plain);
      if (known.has(json)) wrong(inside, `the key ${quoted(plain)} is there twice`);
      known.add(json);
      entries.push([json, read(item, inside, maps)]);
    }
    return mappingOf(entries);
  }

  /** `others` may stand beside the operator; they are read by its own function. */
  function only(
    one: Readonly<Record<string, unknown>>,
    at: NodePath,
    operator: string,
    others: (key: string) => boolean,
  ): void {
    for (const key of Object.keys(one))
      if (key !== operator && !others(key))
        problem([...at, key], `${quoted(key)} cannot stand beside ${operator}`);
  }

  function expression(one: unknown, at: NodePath, place: 'value' | 'condition'): Expression | undefined {
    if (typeof one !== 'string') {
      problem(at, 'expected an expression as a text');
      return undefined;
    }
    const parsed = parseExpression(one, place);
    if (parsed.ok) return parsed.value.expression;
    problem(at, parsed.wrong);
    return undefined;
  }

  function evaluated(one: Readonly<Record<string, unknown>>, at: NodePath): Body {
    only(one, at, '$eval', () => false);
    const found = expression(one['$eval'], [...at, '$eval'], 'value');
    return found === undefined ? NOTHING : { kind: 'eval', expression: found, node: [...at, '$eval'] };
  }

  function conditional(one: Readonly<Record<string, unknown>>, at: NodePath, maps: number): Body {
    only(one, at, '$if', (key) => key === 'then' || key === 'else');
    const branch = (key: 'then' | 'else'): Body | undefined =>
      Object.hasOwn(one, key) ? read(one[key], [...at, key], maps) : undefined;
    const node = [...at, '$if'];
    const condition = expression(one['$if'], node, 'condition');
    const [yes, no] = [branch('then'), branch('else')];
    return condition === undefined ? NOTHING : { kind: 'if', condition, yes, no, node };
  }

  function mapped(one: Readonly<Record<string, unknown>>, at: NodePath, maps: number): Body {
    const keys = Object.keys(one).filter((key) => EACH.test(key));
    only(one, at, '$map', (key) => keys.includes(key));
    const [key] = keys;
    const [, name = ''] = EACH.exec(key ?? '') ?? [];
    if (key === undefined || keys.length > 1)
      return wrong(at, '$map wants one "each(x)" beside it, where x is what an item is called');
    if (/^[A-Z][A-Z0-9_]*$/.test(name))
      return wrong([...at, key], `${name} is what variables look like; name the item in lower case`);
    if (maps >= MAX_MAPS) return wrong(at, `$map can be nested ${MAX_MAPS} deep`);
    const node = [...at, '$map'];
    const source = one['$map'];
    if (!isMapping(source) || !Object.hasOwn(source, '$eval') || Object.keys(source).length > 1)
      return wrong(node, '$map takes a list of the event: { $eval: path }');
    const list = expression(source['$eval'], [...node, '$eval'], 'value');
    const each = read(one[key], [...at, key], maps + 1);
    if (list === undefined) return NOTHING;
    if (list.kind !== 'path') return wrong([...node, '$eval'], '$map takes a path');
    return { kind: 'map', list, name, each, node: [...node, '$eval'] };
  }

  const body = read(value, root, 0);
  if (characters > MAX_BYTES) problem(root, `the body holds ${TOO_LARGE}`);
  return body;
}

/** A list of literals is a literal. */
function listOf(items: readonly Body[]): Body {
  const literals = items.filter((item) => item.kind === 'literal');
  if (literals.length < items.length) return { kind: 'list', items };
  return {
    kind: 'literal',
    json: `[${literals.map(({ json }) => json).join(',')}]`,
    values: valuesIn(literals),
  };
}

/** As {@link listOf}. */
function mappingOf(entries: readonly (readonly [key: string, Body])[]): Body {
  const literals = entries.flatMap(([key, item]) => (item.kind === 'literal' ? [{ ...item, key }] : []));
  if (literals.length < entries.length) return { kind: 'mapping', entries };
  const json = literals.map((item) => `${item.key}:${item.json}`).join(',');
  return { kind: 'literal', json: `{${json}}`, values: valuesIn(literals) };
}

const valuesIn = (literals: readonly { readonly values: number }[]): number =>
  literals.reduce((sum, { values }) => sum + values, 1);

/** All texts in it, for the variables that they name. */
export function textsIn(body: Body): readonly Template[] {
  switch (body.kind) {
    case 'literal':
    case 'eval':
      return [];
    case 'text':
      return [body.template];
    case 'if':
      return [body.yes, body.no].flatMap((one) => (one === undefined ? [] : textsIn(one)));
    case 'map':
      return textsIn(body.each);
    case 'list':
      return body.items.flatMap(textsIn);
    case 'mapping':
      return body.entries.flatMap(([, item]) => textsIn(item));
  }
}
