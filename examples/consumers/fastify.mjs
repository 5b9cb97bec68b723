// A receiver with Fastify: WEBHOOK_SECRET=whsec_… node fastify.mjs
import fastify from 'fastify';
import { isGenuine, isList, openInbox } from './inbox.mjs';

const { WEBHOOK_SECRET = '', INBOX = 'inbox.ndjson', PORT = '3000' } = process.env;
if (!WEBHOOK_SECRET.startsWith('whsec_')) throw new Error('WEBHOOK_SECRET has to be set');
const inbox = openInbox(INBOX);

const app = fastify({ bodyLimit: 16 * 1024 * 1024 });
// The bytes as they came: Fastify's own parser would take them away.
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

app.post('/events', (request, reply) => {
  const body = request.body ?? Buffer.alloc(0);
  if (!isGenuine(body, request.headers, WEBHOOK_SECRET)) return reply.code(401).send();
  if (isList(body)) return reply.code(422).send({ message: 'one event a request: no batch' });
  try {
    inbox.accept(body, request.headers);
    return reply.code(204).send();
  } catch (error) {
    console.error(error);
    return reply.code(503).header('retry-after', '10').send();
  }
});

console.error(`listening on ${await app.listen({ host: '127.0.0.1', port: Number(PORT) })}/events`);

// Your work, in order, each event once.
await inbox.work(({ type, subject }) => console.log(`${type} ${subject}`));
