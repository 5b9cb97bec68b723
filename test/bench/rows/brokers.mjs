// Events a second at a round trip of 10 ms: webhooks one by one, beside the brokers that are there.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NAMES = { kafka: 'Kafka, in batches', rabbitmq: 'RabbitMQ, one by one' };
/** The most that an event may take of the time of a webhook. */
const AT_MOST = { kafka: 0.1, rabbitmq: 1.7 };

/** Rows that say how much of a webhook's time an event takes by a broker; none where there is no broker. */
export function brokers({ size }) {
  const args = ['scripts/run-tool.mjs', 'bench/brokers', ...(size.quick ? ['--quick'] : [])];
  const { status, stdout } = spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error('the brokers could not be measured');
  const [webhooks, ...others] = JSON.parse(stdout);
  const perEvent = ({ perSecond }) => 1000 / perSecond;
  const rate = ({ perSecond }) => Math.round(perSecond).toLocaleString('en-US');
  return {
    rows: others.map((one) => ({
      work: `${NAMES[one.name]}: ${rate(one)} events/s at 10 ms round trip, webhooks ${rate(webhooks)}`,
      baseline: perEvent(webhooks),
      ours: perEvent(one),
      unit: 'ms',
      value: perEvent(one) / perEvent(webhooks),
      valueUnit: '×',
      atMost: AT_MOST[one.name],
    })),
  };
}
