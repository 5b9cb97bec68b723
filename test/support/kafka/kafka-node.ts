/** A real Kafka for tests, on loopback: jars and Java where they are, and otherwise why there is none. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const KAFKA_JARS = resolve(process.env['TEAM_EVENTS_TEST_KAFKA'] ?? 'node_modules/.cache/kafka');

/** Why tests with a real broker are left out; undefined if they need not be. */
export function whyNoKafka(): string | undefined {
  if (!existsSync(KAFKA_JARS))
    return `no jars of Kafka in ${KAFKA_JARS}: node test/support/kafka/fetch-jars.mjs, or TEAM_EVENTS_TEST_KAFKA`;
  return spawnSync('java', ['-version']).error === undefined ? undefined : 'no java';
}

export interface Listener {
  readonly name: string;
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
  readonly advertised?: string;
}

export interface KafkaSettings {
  /** Lines of server.properties besides. */
  readonly properties?: readonly string[];
  /** Listeners besides the plain one: names with the protocol and, if it is another, the address that is advertised. */
  readonly listeners?: readonly Listener[];
  /** Users of SCRAM, as StorageTool takes them. */
  readonly scram?: readonly string[];
  /** Of a node that joins this one's cluster, which leads nothing of it. */
  readonly joins?: KafkaNode;
}

export interface KafkaNode {
  readonly id: number;
  /** host:port, by name of the listener. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Of the plain listener. */
  readonly address: string;
  readonly controller: string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** After `kill`, with the same data and ports. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

const JAVA = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel';

/** Runs a class of the jars, or a file of Java that uses them; what it prints. */
export function runJava(args: readonly string[]): string {
  const java = [...JAVA, `${QUIET}=off`, '-cp', `${KAFKA_JARS}/*`, ...args];
  const { status, stdout, stderr } = spawnSync('nice', ['-n', '5', 'java', ...java], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  if (status !== 0) throw new Error(`java ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

/** Starts a node, which serves when this resolves. `stop` also takes its data away. */
export async function startKafka({ properties = [], listeners = [], scram = [], joins }: KafkaSettings = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'team-events-kafka-'));
  const all: readonly Listener[] = [{ name: 'PLAINTEXT', protocol: 'PLAINTEXT' }, ...listeners];
  const ports = await freePorts(all.length + 1);
  const addresses = new Map(all.map(({ name }, index) => [name, `127.0.0.1:${ports[index]}`]));
  const id = (joins?.id ?? 0) + 1;
  const controller = joins?.controller ?? `127.0.0.1:${ports.at(-1)}`;
  const own = [...addresses].map(([name, address]) => `${name}://${address}`);
  const told = all.map(({ name, advertised = addresses.get(name) }) => `${name}://${advertised}`);
  const file = join(folder, 'server.properties');
  const lines = [
    `process.roles=broker${joins ? '' : ',controller'}`,
    `node.id=${id}`,
    `controller.quorum.voters=1@${controller}`,
    `listeners=${[...own, ...(joins ? [] : [`CONTROLLER://${controller}`])].join(',')}`,
    `advertised.listeners=${told.join(',')}`,
    `listener.security.protocol.map=CONTROLLER:PLAINTEXT,${all.map(({ name, protocol }) => `${name}:${protocol}`).join(',')}`,
    'controller.listener.names=CONTROLLER',
    'inter.broker.listener.name=PLAINTEXT',
    `log.dirs=${folder}/data`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'num.network.threads=2',
    'num.io.threads=2',
    ...properties,
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  runJava([
    'kafka.tools.StorageTool',
    'format',
    '-t',
    'AAAAAAAAAAAAAAAAAAAAAQ',
    '-c',
    file,
    ...scram.flatMap((user) => ['--add-scram', user]),
  ]);
  let running: ChildProcess | undefined;

  /** The shell ends the broker when its input ends, so also when this process does, however that ends. */
  async function start(): Promise<void> {
    const java = [
      ...JAVA,
      `${QUIET}=warn`,
      '-Xms128m',
      '-Xmx512m',
      '-cp',
      `${KAFKA_JARS}/*`,
      'kafka.Kafka',
      file,
    ];
    const log = openSync(join(folder, 'kafka.log'), 'a');
    running = spawn('sh', ['-c', 'nice -n 5 java "$@" & read _; kill -9 $!; wait $!', 'sh', ...java], {
      detached: true,
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    for (const address of addresses.values()) await reachable(address);
  }

  async function kill(): Promise<void> {
    const guard = running;
    running = undefined;
    guard?.stdin?.end();
    if (guard?.exitCode === null) await once(guard, 'exit');
  }

  await start();
  const node: KafkaNode = {
    id,
    addresses,
    address: addresses.get('PLAINTEXT') ?? '',
    controller,
    start,
    kill,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return node;
}

const LIMIT_MS = 120_000;

async function reachable(address: string): Promise<void> {
  const [host = '', port] = address.split(':');
  for (const end = Date.now() + LIMIT_MS; Date.now() < end;) {
    const socket = connect(Number(port), host);
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`no broker at ${address} after ${LIMIT_MS} ms`);
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
