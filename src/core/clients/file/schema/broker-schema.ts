/** The schema of `kafka` and `rabbitmq`: the broker that all events of a client go to. */
import * as v from 'valibot';
import { strictMapping } from '../../../yaml/checked-file.ts';
import { SASL_MECHANISMS } from '../broker-entry.ts';
import { someScalarText, template } from './template-schema.ts';

const ca = v.optional(
  v.pipe(
    template,
    v.description(
      'PEM certificates of the authority that issued the broker’s, such as ${CA}: trusted besides those of the run.',
    ),
  ),
);

export const kafka = v.pipe(
  strictMapping({
    brokers: v.pipe(
      v.array(someScalarText, 'expected a list of brokers, such as [kafka-1.example.com:9093]'),
      v.nonEmpty('expected at least one broker, such as kafka-1.example.com:9093'),
      v.description(
        'Where the cluster is first asked: host:port of each; the others are found through them.',
      ),
    ),
    topic: v.pipe(someScalarText, v.description('An existing topic: none is ever created.')),
    sasl: v.optional(
      v.pipe(
        strictMapping({
          mechanism: v.pipe(
            v.picklist(SASL_MECHANISMS, `expected one of ${SASL_MECHANISMS.join(', ')}`),
            v.description('How the cluster is told the password.'),
          ),
          username: v.pipe(someScalarText, v.description('The name of this client there.')),
          password: v.pipe(someScalarText, v.description('Such as ${PASSWORD}.')),
        }),
        v.description('Who the client is. Absent: the cluster lets anybody in.'),
      ),
    ),
    tls: v.optional(
      v.pipe(
        v.boolean('expected true or false'),
        v.description(
          'false speaks to the brokers without TLS, which is refused unless the operator allows it.',
        ),
      ),
      true,
    ),
    ca,
  }),
  v.check((one) => one.tls || one.ca === undefined, 'ca belongs to TLS, which tls: false switches off'),
  v.description('The Kafka topic that all events of this client go to (docs/brokers.md).'),
);

export const rabbitmq = v.pipe(
  strictMapping({
    url: v.pipe(
      someScalarText,
      v.description(
        'amqps://host/vhost, with %2F for a slash in the name; without a name, the virtual host is /. Nothing else ' +
          'stands in it. amqp:// is refused unless the operator allows it.',
      ),
    ),
    auth: v.pipe(
      strictMapping({
        username: v.pipe(someScalarText, v.description('The name of this client there.')),
        password: v.pipe(someScalarText, v.description('Such as ${PASSWORD}.')),
      }),
      v.description('Who the client is.'),
    ),
    exchange: v.pipe(
      someScalarText,
      v.description(
        'An existing topic exchange: none is ever created. The routing key is the type of the event.',
      ),
    ),
    ca,
  }),
  v.description('The RabbitMQ exchange that all events of this client go to (docs/brokers.md).'),
);
