/** Topics of a real Kafka, made and read by kafkajs' own admin and consumer, of which the program uses nothing. */
import { Kafka, logLevel, type Admin, type ITopicConfig } from 'kafkajs';
import { randomUUID } from 'node:crypto';

export interface StoredRecord {
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestamp: string;
}

const clientOf = (address: string): Kafka => new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });

async function asAdmin<Value>(address: string, act: (admin: Admin) => Promise<Value>): Promise<Value> {
  const admin = clientOf(address).admin();
  await admin.connect();
  try {
    return await act(admin);
  } finally {
    await admin.disconnect();
  }
}

/** Makes a topic of this many partitions, with its own name. */
export async function createTopic(
  address: string,
  partitions = 1,
  settings: Partial<ITopicConfig> = {},
): Promise<string> {
  const topic = `t-${randomUUID()}`;
  const config = { topic, numPartitions: partitions, ...settings };
  if (settings.replicaAssignment) config.numPartitions = -1;
  await asAdmin(address, (admin) =>
    admin.createTopics({ topics: [config], waitForLeaders: true, timeout: 60_000 }),
  );
  return topic;
}

export const topicNames = (address: string): Promise<string[]> =>
  asAdmin(address, (admin) => admin.listTopics());

/** All that is stored, by partition and offset. */
export async function readTopic(address: string, topic: string): Promise<readonly StoredRecord[]> {
  const ends = await asAdmin(address, (admin) => admin.fetchTopicOffsets(topic));
  const wanted = ends.reduce((sum, { offset }) => sum + Number(offset), 0);
  const records: StoredRecord[] = [];
  if (wanted === 0) return records;
  const consumer = clientOf(address).consumer({ groupId: randomUUID() });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((done, failed) => {
    consumer.on('consumer.crash', ({ payload: { error, restart } }) => restart || failed(error));
    void consumer.run({
      eachMessage({ partition, message }) {
        const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
        records.push({
          partition,
          offset: Number(message.offset),
          key: String(message.key),
          value: String(message.value),
          headers: Object.fromEntries(headers) as Record<string, string>,
          timestamp: message.timestamp,
        });
        if (records.length === wanted) done();
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
