/** A body and an event -> JSON. It is written as text, piece by piece from values, so it is always valid. */
import type { Json } from '../../catalogue/reading/json-value.ts';
import { createBudget, MAX_BYTES, TOO_LARGE, UnfitEvent, type Budget } from '../language/budget.ts';
import { evaluate, isTruthy, textOf, type Scope } from '../language/evaluate.ts';
import { expressionText } from '../language/expression.ts';
import { IN_BODY, noNull } from '../language/value-place.ts';
import type { Lookup, Template } from '../template.ts';
import type { Body } from './body.ts';

/**
 * The JSON, the same for the same event and variables. @throws {UnfitEvent} if the event lacks what it needs, or it
 * would be too large
 */
export function renderBody(body: Body, scope: Scope, lookup: Lookup): string {
  const json = render(body, scope, lookup, createBudget()) ?? 'null';
  // Escapes may have made it longer than what was reckoned with.
  if (Buffer.byteLength(json) > MAX_BYTES) throw new UnfitEvent(`its request would hold ${TOO_LARGE}`);
  return json;
}

/** undefined if it is to be left out. */
function render(body: Body, scope: Scope, lookup: Lookup, budget: Budget): string | undefined {
  const inside = (one: Body, names = scope): string | undefined => render(one, names, lookup, budget);
  switch (body.kind) {
    case 'literal':
      budget.spend(body.values, body.json.length);
      return body.json;
    case 'text':
      budget.spend(1, 2);
      return JSON.stringify(renderText(body.template, scope, lookup, budget));
    case 'eval': {
      const value = evaluate(body.expression, scope, budget, IN_BODY);
      const json = JSON.stringify(value);
      budget.spend(countOf(value, budget), json.length);
      return json;
    }
    case 'if': {
      const branch = isTruthy(evaluate(body.condition, scope, budget, IN_BODY)) ? body.yes : body.no;
      return branch === undefined ? undefined : inside(branch);
    }
    case 'map': {
      const list = evaluate(body.list, scope, budget, noNull(IN_BODY));
      if (!Array.isArray(list)) throw new UnfitEvent(`${expressionText(body.list)} is no list`);
      budget.spend(1, 2);
      const items: string[] = [];
      for (const item of list as readonly Json[]) {
        budget.spend(0, 1);
        budget.work(1);
        const json = inside(body.each, (name) => (name === body.name ? item : scope(name)));
        if (json !== undefined) items.push(json);
      }
      return `[${items.join(',')}]`;
    }
    case 'list': {
      budget.spend(1, 2 + body.items.length);
      const items = body.items.map((item) => inside(item)).filter((json) => json !== undefined);
      return `[${items.join(',')}]`;
    }
    case 'mapping': {
      budget.spend(1, 2);
      const entries: string[] = [];
      for (const [key, item] of body.entries) {
        budget.spend(0, key.length + 2);
        const json = inside(item);
        if (json !== undefined) entries.push(`${key}:${json}`);
      }
      return `{${entries.join(',')}}`;
    }
  }
}

/** A text with its values filled in. @throws {UnfitEvent} */
export function renderText({ parts }: Template, scope: Scope, lookup: Lookup, budget: Budget): string {
  let text = '';
  for (const part of parts) {
    const piece = 'text' in part ? part.text : 'variable' in part ? (lookup(part.variable) ?? '') : undefined;
    const value = 'expression' in part ? textOf(evaluate(part.expression, scope, budget, IN_BODY)) : piece;
    if (value === undefined) {
      const name = 'expression' in part ? expressionText(part.expression) : '';
      throw new UnfitEvent(`${name} is a list or mapping, and cannot be part of a text`);
    }
    budget.spend(0, value.length);
    text += value;
  }
  return text;
}

/** The number of values in a value, itself included. */
function countOf(value: Json, budget: Budget): number {
  budget.work(1);
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, one: Json) => sum + countOf(one, budget), 1);
}
