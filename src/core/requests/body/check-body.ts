/** Judges a body for one type of event, before there is one: what it names, and how large it could become. */
import type { NodePath } from '../../yaml/yaml-text.ts';
import { checkExpression, checkText, unsurePaths, type UnsurePath } from '../language/check-expression.ts';
import { MAX_BYTES, MAX_VALUES, TOO_LARGE } from '../language/budget.ts';
import { expressionText, type Expression } from '../language/expression.ts';
import { IN_BODY, noNull } from '../language/value-place.ts';
import { itemsOf, RECKONED_MEMBERS, sizeOf, type Names, type Size } from '../language/shape.ts';
import { expressionsOf } from '../template.ts';
import type { Body } from './body.ts';

const EMPTY: Size = { values: 0, characters: 0 };
const RECKONED_TEXT = 100;

export interface BodyFindings {
  readonly problem: (node: NodePath, message: string) => void;
  /** Told a path that an event may lack, and without which it is not sent. */
  readonly unsure?: (node: NodePath, path: UnsurePath) => void;
}

export function checkBody(
  body: Body,
  names: Names,
  node: NodePath,
  { problem, unsure = () => undefined }: BodyFindings,
): void {
  const { values, characters } = measure(body, names, { problem, unsure });
  if (values <= MAX_VALUES && characters <= MAX_BYTES) return;
  problem(
    node,
    `the body could hold ${TOO_LARGE}: with ${RECKONED_MEMBERS.toLocaleString('en')} members it would be about ` +
      `${values.toLocaleString('en')} values and ${characters.toLocaleString('en')} characters (lengths of lists multiply)`,
  );
}

/** How large it could become; tells what is wrong on the way. */
function measure(body: Body, names: Names, findings: Required<BodyFindings>): Size {
  const { problem, unsure } = findings;
  const inside = (one: Body | undefined, known = names): Size =>
    one === undefined ? EMPTY : measure(one, known, findings);
  const tellUnsure = (node: NodePath, expression: Expression, place = IN_BODY): void => {
    for (const path of unsurePaths(expression, names, place)) unsure(node, path);
  };
  switch (body.kind) {
    case 'literal':
      return { values: body.values, characters: body.json.length };
    case 'text': {
      let characters = 2;
      for (const part of body.template.parts) characters += 'text' in part ? part.text.length : RECKONED_TEXT;
      for (const expression of expressionsOf(body.template)) {
        const wrong = checkText(expression, names);
        if (wrong !== undefined) problem(body.node, wrong);
        tellUnsure(body.node, expression);
      }
      return { values: 1, characters };
    }
    case 'eval': {
      const shape = checkExpression(body.expression, names);
      tellUnsure(body.node, body.expression);
      if (shape.ok) return sizeOf(shape.value);
      problem(body.node, shape.wrong);
      return EMPTY;
    }
    case 'if': {
      const shape = checkExpression(body.condition, names);
      if (!shape.ok) problem(body.node, shape.wrong);
      tellUnsure(body.node, body.condition);
      // What the condition asks for with ? is there where it holds.
      const asked = expressionText(body.condition);
      const known = (node: NodePath, one: UnsurePath): void =>
        asked.includes(`${one.path}?`) ? undefined : unsure(node, one);
      const yes = body.yes === undefined ? EMPTY : measure(body.yes, names, { problem, unsure: known });
      const no = inside(body.no);
      return {
        values: Math.max(yes.values, no.values),
        characters: Math.max(yes.characters, no.characters),
      };
    }
    case 'map': {
      if (names.has(body.name))
        problem(body.node, `there is a ${body.name} already: call each item something else`);
      const shape = checkExpression(body.list, names);
      tellUnsure(body.node, body.list, noNull(IN_BODY));
      if (!shape.ok) problem(body.node, shape.wrong);
      const list = shape.ok ? itemsOf(shape.value) : undefined;
      if (shape.ok && list === undefined) problem(body.node, `${expressionText(body.list)} is no list`);
      if (list === undefined) return EMPTY;
      const { values, characters } = inside(body.each, new Map(names).set(body.name, list.items));
      return { values: 1 + list.most * values, characters: list.most * (characters + 1) };
    }
    case 'list':
      return sum(body.items.map((item) => inside(item)));
    case 'mapping': {
      const { values, characters } = sum(body.entries.map(([, item]) => inside(item)));
      return {
        values,
        characters: characters + body.entries.reduce((all, [key]) => all + key.length + 2, 0),
      };
    }
  }
}

const sum = (sizes: readonly Size[]): Size => ({
  values: sizes.reduce((all, { values }) => all + values, 1),
  characters: sizes.reduce((all, { characters }) => all + characters, 2),
});
