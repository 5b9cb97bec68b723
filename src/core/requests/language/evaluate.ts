/** An expression and what it can name -> its value. What an event makes of it is bounded by a budget. */
import type { Json } from '../../catalogue/reading/json-value.ts';
import { quoted } from '../../text/unicode.ts';
import { isMapping } from '../../yaml/yaml-text.ts';
import { UnfitEvent, type Budget } from './budget.ts';
import { expressionText, type Expression, type Path } from './expression.ts';
import { IN_TEXT, inPlaceOf, noNull, type ValuePlace } from './value-place.ts';
import { isSlug, slug } from './slug.ts';

/** A slug with a hash takes about as long as so many names looked up. */
const HASH_WORK = 50;

/** What can be named: inner names of `$map` first, then those of the event. */
export type Scope = (name: string) => Json | undefined;

/**
 * Its value. `place`: where it stands, for the message. @throws {UnfitEvent} if this event does not have what it takes
 */
export function evaluate(expression: Expression, scope: Scope, budget: Budget, place = IN_TEXT): Json {
  budget.work(1);
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      return valueAt(expression, scope, place);
    case 'not':
      return !isTruthy(evaluate(expression.value, scope, budget, place));
    case 'compare': {
      const isPart = expression.operator === 'in';
      const ofEach = isPart ? noNull(place) : place;
      const left = evaluate(expression.left, scope, budget, ofEach);
      const right = evaluate(expression.right, scope, budget, ofEach);
      if (isPart) return isIn(left, right, expression, budget);
      return areEqual(left, right, budget) === (expression.operator === '==');
    }
    case 'call':
      return called(expression, scope, budget, noNull(place));
  }
}

/** As JSON-e has it. */
export function isTruthy(value: Json): boolean {
  if (typeof value === 'object' && value !== null)
    return (Array.isArray(value) ? value : Object.keys(value)).length > 0;
  return Boolean(value);
}

function valueAt(path: Path, scope: Scope, place: ValuePlace): Json {
  let value = scope(path.root);
  for (const step of path.steps) {
    if (value === undefined) break;
    value = childOf(value, step);
  }
  if (value !== undefined) return value;
  if (path.optional) return null;
  const text = expressionText(path);
  throw new UnfitEvent(`it has no ${text}${whichOne(path, scope)}; ${inPlaceOf(text, place)}`);
}

/** Of an item of a list, such as a member: which of them it is. */
function whichOne({ root }: Path, scope: Scope): string {
  const item = scope(root);
  const id = root !== 'team' && isMapping(item) ? item['id'] : undefined;
  return typeof id === 'string' ? ` (${root} is ${quoted(id)})` : '';
}

function childOf(value: Json, step: Path['steps'][number]): Json | undefined {
  if (typeof step === 'number') return Array.isArray(value) ? (value[step] as Json | undefined) : undefined;
  if (!isMapping(value)) return undefined;
  const key = typeof step === 'string' ? step : step.key;
  if (Object.hasOwn(value, key)) return value[key];
  return typeof step === 'string' ? undefined : null;
}

function called(
  { name, values }: Extract<Expression, { kind: 'call' }>,
  scope: Scope,
  budget: Budget,
  place: ValuePlace,
): Json {
  const [first = null, second = null] = values.map((value) => evaluate(value, scope, budget, place));
  const told = (expected: string): UnfitEvent =>
    new UnfitEvent(`${name} takes ${expected}, and ${values.map(expressionText)[0] ?? ''} is none here`);
  switch (name) {
    case 'join': {
      if (!Array.isArray(first)) throw told('a list');
      let text = '';
      for (const [index, item] of (first as readonly Json[]).entries()) {
        const piece = textOf(item);
        if (piece === undefined) throw told('a list of texts');
        text += `${index === 0 ? '' : textOf(second)}${piece}`;
        budget.work(1 + piece.length / 8);
      }
      return text;
    }
    case 'len':
      if (Array.isArray(first)) return first.length;
      if (typeof first !== 'string') throw told('a text or a list');
      budget.work(first.length / 8);
      return Array.from(first).length;
    case 'lowercase':
      if (typeof first !== 'string') throw told('a text');
      budget.work(first.length / 8);
      return first.toLowerCase();
    case 'slug': {
      const text = textOf(first);
      if (text === undefined || first === null) throw told('a text');
      const length = typeof second === 'number' ? second : undefined;
      budget.work(text.length / 8 + (isSlug(text, length) ? 0 : HASH_WORK));
      return slug(text, length);
    }
  }
}

/** A scalar as text, null as none; undefined for what is no scalar. */
export function textOf(value: Json): string | undefined {
  if (value === null) return '';
  return typeof value === 'object' ? undefined : String(value);
}

function isIn(
  left: Json,
  right: Json,
  { right: where }: { readonly right: Expression },
  budget: Budget,
): boolean {
  if (Array.isArray(right)) return (right as readonly Json[]).some((item) => areEqual(left, item, budget));
  if (typeof left === 'string' && typeof right === 'string') {
    budget.work(right.length / 8);
    return right.includes(left);
  }
  if (typeof left === 'string' && isMapping(right)) return Object.hasOwn(right, left);
  throw new UnfitEvent(`${expressionText(where)} is nothing here in which a value can be`);
}

function areEqual(a: Json, b: Json, budget: Budget): boolean {
  budget.work(typeof a === 'string' ? 1 + a.length / 64 : 1);
  if (Array.isArray(a) && Array.isArray(b)) {
    const others = b as readonly Json[];
    return (
      a.length === b.length &&
      (a as readonly Json[]).every((item, index) => areEqual(item, others[index] ?? null, budget))
    );
  }
  if (isMapping(a) && isMapping(b)) {
    const [one, other] = [a, b] as Readonly<Record<string, Json>>[];
    const keys = Object.keys(a);
    return (
      keys.length === Object.keys(b).length &&
      keys.every((key) => Object.hasOwn(b, key) && areEqual(one?.[key] ?? null, other?.[key] ?? null, budget))
    );
  }
  return a === b;
}
