/**
 * The expressions in a request, a subset of those of JSON-e (https://json-e.js.org):
 *
 *     team.attributes.site?                   a path; `?` gives null where it leads nowhere
 *     changes[0].field, team.attributes["a b"]
 *     slug(team.id, 40)                       a function
 *     !team.attributes.site?, type == 'team.created', 'core' in team.tags     (conditions only)
 */
import type { Result } from '../../result.ts';
import { quoted } from '../../text/unicode.ts';
import { IN_TEXT, noNull, type ValuePlace } from './value-place.ts';

/** What each function takes, at least and at most. */
export const FUNCTIONS = {
  slug: [1, 2],
  lowercase: [1, 1],
  len: [1, 1],
  join: [2, 2],
} as const satisfies Record<string, readonly [least: number, most: number]>;
export type FunctionName = keyof typeof FUNCTIONS;

export type Step = string | number | { readonly key: string };

export interface Path {
  readonly kind: 'path';
  readonly root: string;
  /** A text is a key after a dot, `{ key }` one in brackets (null where it is absent), a number an index. */
  readonly steps: readonly Step[];
  /** Null where it leads nowhere. */
  readonly optional: boolean;
}

export type Expression =
  | Path
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly values: readonly Expression[] }
  | { readonly kind: 'not'; readonly value: Expression }
  | {
      readonly kind: 'compare';
      readonly operator: '==' | '!=' | 'in';
      readonly left: Expression;
      readonly right: Expression;
    };

/** A path, and where it stands. */
export interface NamedPath {
  readonly path: Path;
  readonly place: ValuePlace;
}

/** All paths that it names; `place` is that of the whole. */
export function pathsIn(expression: Expression, place = IN_TEXT): readonly NamedPath[] {
  switch (expression.kind) {
    case 'path':
      return [{ path: expression, place }];
    case 'literal':
      return [];
    case 'call':
      return expression.values.flatMap((value) => pathsIn(value, noNull(place)));
    case 'not':
      return pathsIn(expression.value, place);
    case 'compare':
      return [expression.left, expression.right].flatMap((value) =>
        pathsIn(value, expression.operator === 'in' ? noNull(place) : place),
      );
  }
}

/** An expression in a text ends at `}`; a condition may hold operators. */
type Place = 'text' | 'value' | 'condition';

const MAX_LENGTH = 1000;
const MAX_DEPTH = 8;
const TOKEN =
  /\s*(?:(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<number>-?\d+(?:\.\d+)?)|(?<text>'[^']*'|"[^"]*")|(?<sign>==|!=|[!?.,()[\]}]))/y;
const LITERALS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const ALLOWED = `a path, its ?, and the functions ${Object.keys(FUNCTIONS).join(', ')}`;

class Refused extends Error {}

/**
 * Parses `text` from `start` on. `end` is behind the expression: the end of the text, or in a text the place of the
 * closing brace. Says what is wrong otherwise. Takes time linear in at most 1,000 characters.
 */
export function parseExpression(
  text: string,
  place: Place,
  start = 0,
): Result<{ readonly expression: Expression; readonly end: number }> {
  const limit = Math.min(text.length, start + MAX_LENGTH);
  const source = text.slice(0, limit);
  let at = start;
  let depth = 0;

  const peek = (): RegExpExecArray['groups'] => {
    TOKEN.lastIndex = at;
    return TOKEN.exec(source)?.groups;
  };
  const advance = (): void => {
    TOKEN.lastIndex = at;
    if (TOKEN.test(source)) at = TOKEN.lastIndex;
  };
  const take = (sign: string): boolean => {
    if (peek()?.['sign'] !== sign) return false;
    advance();
    return true;
  };
  function unexpected(): Refused {
    if (limit < text.length && source.slice(at).trim() === '')
      return new Refused(`an expression is longer than ${MAX_LENGTH} characters`);
    const [found] = /^(?:&&|\|\||\*\*|[=!]=|[<>]=?|[A-Za-z_]\w*|[^\s\w])/.exec(
      source.slice(at).trimStart(),
    ) ?? [''];
    if (found === '') return new Refused('an expression ends too early');
    const also = place === 'condition' ? ', with ==, !=, in and !' : '';
    return new Refused(`${quoted(found)} cannot stand here; allowed are ${ALLOWED}${also}`);
  }
  const expect = (sign: string): void => {
    if (!take(sign)) throw unexpected();
  };

  function operand(): Expression {
    const token = peek();
    if (token === undefined) throw unexpected();
    const { name, number, text: literal } = token;
    if (number !== undefined) return (advance(), { kind: 'literal', value: Number(number) });
    if (literal !== undefined) return (advance(), { kind: 'literal', value: literal.slice(1, -1) });
    if (name === undefined || name === 'in') throw unexpected();
    advance();
    const value = LITERALS.get(name);
    if (value !== undefined) return { kind: 'literal', value };
    return take('(') ? call(name) : path(name);
  }

  function path(root: string): Path {
    const steps: Step[] = [];
    for (;;) {
      if (take('.')) {
        const name = peek()?.['name'];
        if (name === undefined) throw unexpected();
        advance();
        steps.push(name);
      } else if (take('[')) {
        const { number, text: key } = peek() ?? {};
        if (key !== undefined) steps.push({ key: key.slice(1, -1) });
        else if (number !== undefined && /^\d{1,9}$/.test(number)) steps.push(Number(number));
        else throw new Refused('in brackets stands an index such as [0], or a key such as ["a b"]');
        advance();
        expect(']');
      } else return { kind: 'path', root, steps, optional: take('?') };
    }
  }

  function call(name: string): Expression {
    if (!Object.hasOwn(FUNCTIONS, name))
      throw new Refused(`there is no function ${name}; there are ${Object.keys(FUNCTIONS).join(', ')}`);
    if (++depth > MAX_DEPTH) throw new Refused(`an expression is nested more than ${MAX_DEPTH} deep`);
    const known = name as FunctionName;
    const values: Expression[] = [];
    if (!take(')')) {
      do values.push(operand());
      while (take(','));
      expect(')');
    }
    depth--;
    const [least, most] = FUNCTIONS[known];
    if (values.length < least || values.length > most)
      throw new Refused(`${name} takes ${least === most ? least : `${least} or ${most}`} of values`);
    return { kind: 'call', name: known, values };
  }

  function negated(): Expression {
    let times = 0;
    while (take('!')) if (++times > MAX_DEPTH) throw new Refused('there are too many ! in a row');
    let value = operand();
    for (; times > 0; times--) value = { kind: 'not', value };
    return value;
  }

  function condition(): Expression {
    const left = negated();
    const { sign, name } = peek() ?? {};
    const operator = name === 'in' ? name : sign;
    if (operator !== '==' && operator !== '!=' && operator !== 'in') return left;
    advance();
    return { kind: 'compare', operator, left, right: negated() };
  }

  try {
    const expression = place === 'condition' ? condition() : operand();
    const rest = /^\s*/.exec(source.slice(at))?.[0].length ?? 0;
    const end = at + rest;
    if (place === 'text' ? source[end] !== '}' : end < text.length) throw unexpected();
    return { ok: true, value: { expression, end } };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, wrong: error.message };
    throw error;
  }
}

/** As it can be written in a file. */
export function expressionText(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'string' && !expression.value.includes("'")
        ? `'${expression.value}'`
        : JSON.stringify(expression.value);
    case 'path':
      return `${expression.root}${expression.steps.map(stepText).join('')}${expression.optional ? '?' : ''}`;
    case 'call':
      return `${expression.name}(${expression.values.map(expressionText).join(', ')})`;
    case 'not':
      return `!${expressionText(expression.value)}`;
    case 'compare':
      return `${expressionText(expression.left)} ${expression.operator} ${expressionText(expression.right)}`;
  }
}

const stepText = (step: Step): string => {
  if (typeof step === 'string') return `.${step}`;
  return typeof step === 'number' ? `[${step}]` : `[${JSON.stringify(step.key)}]`;
};
