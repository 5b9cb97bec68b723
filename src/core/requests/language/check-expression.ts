/** Judges an expression before there is an event: what it names exists, and is of a kind that can be used so. */
import type { Result } from '../../result.ts';
import { lookAlike } from '../../text/look-alike.ts';
import { expressionText, pathsIn, type Expression, type FunctionName, type Path } from './expression.ts';
import { IN_TEXT, type ValuePlace } from './value-place.ts';
import { SCALAR, typesWith, type Names, type Shape } from './shape.ts';
import { SLUG_LENGTHS } from './slug.ts';

const wrong = (message: string): Result<never> => ({ ok: false, wrong: message });
const scalar: Result<Shape> = { ok: true, value: SCALAR };

/** The shape of what it gives, or what is wrong with it. */
export function checkExpression(expression: Expression, names: Names): Result<Shape> {
  switch (expression.kind) {
    case 'literal':
      return scalar;
    case 'path':
      return checkPath(expression, names);
    case 'not': {
      const value = checkExpression(expression.value, names);
      return value.ok ? scalar : value;
    }
    case 'compare': {
      const left = checkExpression(expression.left, names);
      if (!left.ok) return left;
      const right = checkExpression(expression.right, names);
      return right.ok ? scalar : right;
    }
    case 'call':
      return checkCall(expression, names);
  }
}

/** As {@link checkExpression}, of one whose value becomes part of a text. */
export function checkText(expression: Expression, names: Names): string | undefined {
  const shape = checkExpression(expression, names);
  if (!shape.ok) return shape.wrong;
  const { kind } = shape.value;
  if (kind === 'scalar' || kind === 'any') return undefined;
  const text = expressionText(expression);
  return `${text} is a ${kind}, and cannot be part of a text; { $eval: ${text} } fills it in as it is`;
}

function checkPath(path: Path, names: Names): Result<Shape> {
  let shape = names.get(path.root);
  let place = path.root;
  if (shape === undefined) return wrong(unknownRoot(path.root, names));
  for (const step of path.steps) {
    if (shape.kind === 'any') return { ok: true, value: shape };
    if (typeof step === 'number') {
      if (shape.kind !== 'list') return wrong(`${place} is no list, and has no [${step}]`);
      shape = shape.items;
      place += `[${step}]`;
      continue;
    }
    const key: string = typeof step === 'string' ? step : step.key;
    if (shape.kind === 'list')
      return wrong(`${place} is a list, and has no ${key}: name an item of it ([0]), or use $map`);
    if (shape.kind === 'scalar') return wrong(`${place} holds one value, and has no ${key}`);
    const next: Shape | undefined = Object.hasOwn(shape.keys, key) ? shape.keys[key] : shape.rest;
    if (next === undefined) {
      const known = Object.keys(shape.keys);
      return wrong(`${place} has no ${key}${hint(key, known) || `; it has ${known.join(', ')}`}`);
    }
    shape = next;
    place += `.${key}`;
  }
  return { ok: true, value: shape };
}

/** A path that an event may lack, and without which it is not sent. */
export interface UnsurePath {
  readonly path: string;
  readonly place: ValuePlace;
}

/** Those in it; `place` is that of the whole. */
export const unsurePaths = (expression: Expression, names: Names, place = IN_TEXT): readonly UnsurePath[] =>
  pathsIn(expression, place)
    .filter(({ path }) => !path.optional && mayLackIt(path, names))
    .map((named) => ({ ...named, path: expressionText(named.path) }));

/** Whether the path, which is right, may lead nowhere: through a key that not every team or member has. */
function mayLackIt({ root, steps }: Path, names: Names): boolean {
  let shape = names.get(root);
  for (const step of steps) {
    if (shape === undefined || typeof step === 'object') return false; // null, where a key in brackets is absent
    if (shape.kind === 'list') shape = shape.items;
    else if (shape.kind !== 'mapping' || typeof step === 'number') return shape.kind === 'any';
    else if (!Object.hasOwn(shape.keys, step) || shape.sometimes?.includes(step)) return true;
    else shape = shape.keys[step];
  }
  return false;
}

function unknownRoot(root: string, names: Names): string {
  const types = typesWith(root);
  if (types.length > 0) return `events of this type have no ${root}: only ${types.join(', ')} has it`;
  if (root === 'each') return 'there is no each: name the list that it is to be taken from (each: members)';
  if (root === 'found') return 'there is no found: say under find what is to be looked up first';
  const known = [...names.keys()];
  return `there is no ${root}${hint(root, known) || `; there are ${known.join(', ')}`}`;
}

function hint(key: string, known: readonly string[]): string {
  const meant = lookAlike(key, known);
  return meant === undefined ? '' : `; is it ${meant}?`;
}

/** What the first value of each function has to be. */
const TAKES: Readonly<Record<FunctionName, 'scalar' | 'list' | 'both'>> = {
  slug: 'scalar',
  lowercase: 'scalar',
  len: 'both',
  join: 'list',
};

function checkCall(call: Extract<Expression, { kind: 'call' }>, names: Names): Result<Shape> {
  const [first, second] = call.values;
  for (const value of call.values) {
    const shape = checkExpression(value, names);
    if (!shape.ok) return shape;
    const takes = value === first ? TAKES[call.name] : 'scalar';
    const { kind } = shape.value;
    if (kind !== 'any' && (kind === 'mapping' || (takes !== 'both' && kind !== takes)))
      return wrong(
        `${call.name} takes a ${takes === 'list' ? 'list' : 'text'}; ${expressionText(value)} is none`,
      );
    if (call.name === 'join' && shape.value.kind === 'list' && shape.value.items.kind !== 'any')
      return wrong(`join takes a list of texts; ${expressionText(value)} is a list of mappings`);
  }
  if (call.name === 'slug' && second !== undefined) {
    const [least, most] = SLUG_LENGTHS;
    const length = second.kind === 'literal' ? second.value : undefined;
    if (typeof length !== 'number' || !Number.isInteger(length) || length < least || length > most)
      return wrong(`the length of a slug is a whole number from ${least} to ${most}`);
  }
  return scalar;
}
