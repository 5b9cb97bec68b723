// Receivers in a process of their own: answers each request after DELAY milliseconds, and prints its port. A request
// for `/report` is answered with the time that each path's requests took, one after the other.
import { createServer } from 'node:http';

const delay = Number(process.argv[2]);
const paths = new Map();

const server = createServer((request, response) => {
  if (request.url === '/report') {
    response.end(JSON.stringify(Object.fromEntries(paths)));
    paths.clear();
    return;
  }
  const start = performance.now();
  const lane = paths.get(request.url) ?? { requests: 0, serialMs: 0 };
  paths.set(request.url, lane);
  request.resume();
  response.on('finish', () => {
    lane.requests++;
    lane.serialMs += performance.now() - start;
  });
  setTimeout(() => response.writeHead(204).end(), delay);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 1024, () => console.log(server.address().port));
process.on('disconnect', () => process.exit());
