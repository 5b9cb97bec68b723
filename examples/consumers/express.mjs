// A receiver with Express: WEBHOOK_SECRET=whsec_… node express.mjs
import express from 'express';
import { isGenuine, isList, openInbox } from './inbox.mjs';

const { WEBHOOK_SECRET = '', INBOX = 'inbox.ndjson', PORT = '3000' } = process.env;
if (!WEBHOOK_SECRET.startsWith('whsec_')) throw new Error('WEBHOOK_SECRET has to be set');
const inbox = openInbox(INBOX);

const app = express();
// The bytes as they came: express.json() would take them away, and refuses more than 100 KB.
app.post('/events', express.raw({ type: () => true, limit: '16mb' }), (request, response) => {
  const body = request.body ?? Buffer.alloc(0);
  if (!isGenuine(body, request.headers, WEBHOOK_SECRET)) return response.sendStatus(401);
  if (isList(body)) return response.status(422).json({ message: 'one event a request: no batch' });
  try {
    inbox.accept(body, request.headers);
    return response.sendStatus(204);
  } catch (error) {
    console.error(error);
    return response.set('retry-after', '10').sendStatus(503);
  }
});

const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error;
  console.error(`listening on http://127.0.0.1:${server.address().port}/events`);
});

// Your work, in order, each event once.
await inbox.work(({ type, subject }) => console.log(`${type} ${subject}`));
