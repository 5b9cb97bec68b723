// Receivers in a process of their own, one at each path; their port is printed. The argument is JSON:
//   delayMs      how long each request takes
//   refuseFirst  the event that came first to a path is refused whenever it comes
//   everyMs      one request is taken in so long, and what comes sooner is answered 429 with Retry-After
// A request for `/report` is answered with what each path has had since the last report.
import { createServer } from 'node:http';

const { delayMs = 0, refuseFirst = false, everyMs = 0 } = JSON.parse(process.argv[2]);
/** `serialMs`: what the requests took, one after the other; `gaps`: accepted events that do not follow the one before. */
const create = () => ({ requests: 0, accepted: 0, gaps: 0, serialMs: 0 });
const lanes = new Map();

function answer(lane, id, nowMs) {
  lane.first ??= id;
  if (refuseFirst && id === lane.first) return [400];
  if (nowMs < lane.freeMs) return [429, { 'retry-after': Math.ceil((lane.freeMs - nowMs) / 1000) }];
  lane.freeMs = nowMs + everyMs;
  return [204];
}

const server = createServer((request, response) => {
  if (request.url === '/report') {
    response.end(JSON.stringify([...lanes.values()]));
    lanes.clear();
    return;
  }
  const startMs = performance.now();
  const lane = lanes.get(request.url) ?? create();
  lanes.set(request.url, lane);
  const { 'webhook-id': id, 'webhook-previous-id': previous } = request.headers;
  const [status, headers] = answer(lane, id, startMs);
  request.resume();
  response.on('finish', () => {
    lane.requests++;
    lane.serialMs += performance.now() - startMs;
    if (status !== 204) return;
    lane.accepted++;
    if (previous !== lane.last) lane.gaps++;
    lane.last = id;
  });
  const reply = () => response.writeHead(status, headers).end();
  if (delayMs === 0) reply();
  else setTimeout(reply, delayMs);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', 1024, () => console.log(server.address().port));
process.on('disconnect', () => process.exit());
