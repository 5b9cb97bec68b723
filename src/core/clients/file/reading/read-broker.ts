/** What an entry says of its broker -> templates; what is known without variables is judged. */
import type { Result } from '../../../result.ts';
import type { Template } from '../../../requests/template.ts';
import type { NodePath } from '../../../yaml/yaml-text.ts';
import { isLiteral, type BrokerEntry } from '../broker-entry.ts';
import { exchangeProblem, parseAmqpUrl, parseBrokers, topicProblem } from '../broker-rules.ts';
import type { BrokerClientInput } from '../client-schema.ts';
import type { TemplateReader } from './template-reader.ts';

export function readBroker(input: BrokerClientInput, reader: TemplateReader): BrokerEntry {
  const timeoutMs = input.timeout;
  if ('kafka' in input) {
    const { brokers, topic, sasl, tls, ca } = input.kafka;
    const part = partsOf(['kafka'], reader);
    return {
      kind: 'kafka',
      brokers: brokers.map((text, index) => part(text, ['brokers', index], wrongIn(parseBrokers))),
      topic: part(topic, ['topic'], topicProblem),
      tls,
      sasl: sasl && {
        mechanism: sasl.mechanism,
        username: part(sasl.username, ['sasl', 'username']),
        password: part(sasl.password, ['sasl', 'password']),
      },
      ca: ca === undefined ? undefined : part(ca, ['ca']),
      timeoutMs,
      line: reader.lineOf(['kafka']),
    };
  }
  const { url, auth, exchange, ca } = input.rabbitmq;
  const part = partsOf(['rabbitmq'], reader);
  return {
    kind: 'rabbitmq',
    url: part(url, ['url'], wrongIn(parseAmqpUrl)),
    username: part(auth.username, ['auth', 'username']),
    password: part(auth.password, ['auth', 'password']),
    exchange: part(exchange, ['exchange'], exchangeProblem),
    ca: ca === undefined ? undefined : part(ca, ['ca']),
    timeoutMs,
    line: reader.lineOf(['rabbitmq']),
  };
}

type Judge = (value: string) => string | undefined;

const wrongIn =
  (parse: (text: string) => Result<unknown>): Judge =>
  (text) => {
    const parsed = parse(text);
    return parsed.ok ? undefined : parsed.wrong;
  };

const partsOf =
  (at: NodePath, reader: TemplateReader) =>
  (text: string, below: NodePath, problemOf: Judge = () => undefined): Template => {
    const node = [...at, ...below];
    const template = reader.template(text, node);
    const wrong =
      template.parts.length > 0 && isLiteral(template)
        ? problemOf(template.parts.map((one) => ('text' in one ? one.text : '')).join(''))
        : undefined;
    if (wrong !== undefined) reader.problem(node, wrong);
    return template;
  };
