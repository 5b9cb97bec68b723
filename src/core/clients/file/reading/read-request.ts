/** What a subscription says of its request -> templates, judged for each type of event that it subscribes to. */
import type { EventType } from '../../../events/event-type.ts';
import { parseBody } from '../../../requests/body/body.ts';
import { checkBody } from '../../../requests/body/check-body.ts';
import { checkText, unsurePaths, type UnsurePath } from '../../../requests/language/check-expression.ts';
import { parseExpression, type Step } from '../../../requests/language/expression.ts';
import { type ValuePlace } from '../../../requests/language/value-place.ts';
import { eachProblem, namesOf, type Each, type Names } from '../../../requests/language/shape.ts';
import { placesIn } from '../../../requests/render-url.ts';
import type { Find, RequestTemplate } from '../../../requests/request-template.ts';
import { expressionsOf, type Template } from '../../../requests/template.ts';
import type { NodePath } from '../../../yaml/yaml-text.ts';
import type { HeaderValue } from '../../binding/authorization.ts';
import type { WebhookClientInput } from '../client-schema.ts';
import type { TemplateReader } from './template-reader.ts';

type SubscriptionInput = WebhookClientInput['subscriptions'][number];

/** What is already read of the subscription. */
interface ReadParts {
  readonly url: Template;
  readonly query: readonly (readonly [name: string, value: Template])[];
  readonly headers: readonly (readonly [name: string, value: HeaderValue])[];
}

const DEFAULT_CONTENT_TYPE = 'application/json';

/** undefined if the request is the same for all events but for its body, which is the event. */
export function readRequest(
  input: SubscriptionInput,
  types: readonly EventType[],
  { url, query, headers }: ReadParts,
  node: NodePath,
  reader: TemplateReader,
): RequestTemplate | undefined {
  const { problem, lineOf, nodeOf } = reader;
  if (input.contentType !== undefined && (input.body === undefined || input.body === 'none'))
    problem([...node, 'contentType'], 'contentType says what a body is; there is none here');
  if (input.body !== undefined && input.format !== undefined)
    problem([...node, 'format'], 'a body of its own has no format; keep one of the two');
  const each: Each | undefined = input.each;
  for (const type of types) {
    const wrong = each === undefined ? undefined : eachProblem(type, each);
    if (wrong !== undefined) problem([...node, 'each'], wrong);
  }
  const find = Object.entries(input.find).map(([name, one]): Find => {
    const place = [...node, 'find', name];
    return {
      name,
      url: reader.url(one.url, [...place, 'url']),
      at: pathIn(one.at, [...place, 'at'], problem),
      none: one.none,
    };
  });
  const filled = headers.filter((header): header is [string, Template] => {
    const [, value] = header;
    return 'parts' in value && expressionsOf(value).length > 0;
  });
  const bodyNode = [...node, 'body'];
  const body =
    input.body === undefined || input.body === 'none'
      ? input.body
      : parseBody(input.body, bodyNode, { lineOf, problem });

  const unsurePlaces = new Map<string, RequestTemplate['unsure'][number]>(); // the same for several types
  const unsure = (place: NodePath, path: UnsurePath): void => {
    const one = { ...path, line: lineOf(place) };
    unsurePlaces.set(JSON.stringify(one), one);
  };
  const checkTemplate = (template: Template, names: Names, places?: readonly ValuePlace[]): void => {
    for (const [index, part] of template.parts.entries()) {
      if (!('expression' in part)) continue;
      const wrong = checkText(part.expression, names);
      if (wrong !== undefined) problem(nodeOf(template), wrong);
      for (const path of unsurePaths(part.expression, names, places?.[index])) unsure(nodeOf(template), path);
    }
  };
  const checkUrl = (template: Template, names: Names): void =>
    checkTemplate(template, names, placesIn(template));
  for (const type of types) {
    const sound = each !== undefined && eachProblem(type, each) === undefined ? each : undefined;
    for (const [index, one] of find.entries())
      checkUrl(
        one.url,
        namesOf(
          type,
          sound,
          find.slice(0, index).map(({ name }) => name),
        ),
      );
    const names = namesOf(
      type,
      sound,
      find.map(({ name }) => name),
    );
    checkUrl(url, names);
    for (const template of [...query.map(([, value]) => value), ...filled.map(([, value]) => value)])
      checkTemplate(template, names);
    if (body !== undefined && body !== 'none') checkBody(body, names, bodyNode, { problem, unsure });
  }
  const needsEvent = [url, ...query.map(([, value]) => value)].some((one) => expressionsOf(one).length > 0);
  if (!needsEvent && filled.length === 0 && find.length === 0 && body === undefined && each === undefined)
    return undefined;
  const contentType = input.contentType ?? DEFAULT_CONTENT_TYPE;
  return { url, query, headers: filled, body, contentType, each, find, unsure: [...unsurePlaces.values()] };
}

/** `[0].id`, `data.items[0]["a b"]` -> its steps. */
function pathIn(text: string, node: NodePath, problem: TemplateReader['problem']): readonly Step[] {
  const parsed = parseExpression(`x${/^\s*\[/.test(text) ? '' : '.'}${text}`, 'value');
  if (parsed.ok && parsed.value.expression.kind === 'path' && !parsed.value.expression.optional)
    return parsed.value.expression.steps;
  problem(node, 'expected the path of a value in the answer, such as [0].id');
  return [];
}
