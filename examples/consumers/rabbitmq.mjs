// A consumer of RabbitMQ in Node: AMQP_URL=amqps://user:password@host/vhost QUEUE=provisioning node rabbitmq.mjs
import { connect } from 'amqplib';
import { openInbox } from './inbox.mjs';

const { AMQP_URL, QUEUE, INBOX = 'inbox.ndjson' } = process.env;
if (!AMQP_URL || !QUEUE) throw new Error('AMQP_URL and QUEUE have to be set');

const inbox = openInbox(INBOX);
void inbox.work((event) => console.log(`${event.type} ${event.subject}`)); // put the work here

const connection = await connect(AMQP_URL);
const channel = await connection.createChannel();
await channel.checkQueue(QUEUE); // it is there already, with its bindings
await channel.prefetch(1); // one after the other: what fails comes again before the next
await channel.consume(QUEUE, (message) => {
  if (message === null) throw new Error(`the queue ${QUEUE} was deleted`);
  inbox.accept(message.content, message.properties.headers); // false for an event that came before
  channel.ack(message); // only once it is ours: without an ack it comes again
});
connection.on('close', (error) => {
  console.error('the connection is closed:', error?.message);
  process.exit(1); // whatever starts this program starts it again
});
