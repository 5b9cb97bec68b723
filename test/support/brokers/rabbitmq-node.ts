/** A node of RabbitMQ on loopback, as Debian's package `rabbitmq-server` brings it, with everything of its own in one folder. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificate } from '../certificates.ts';

const BIN = '/usr/lib/rabbitmq/bin';
/** Where the package is not installed, tests of it are left out: `apt-get install rabbitmq-server` (CONTRIBUTING.md). */
export const hasRabbitmq = existsSync(join(BIN, 'rabbitmq-server')) && existsSync('/usr/bin/epmd');

if (!hasRabbitmq)
  console.warn('rabbitmq-server is not installed: tests against a real RabbitMQ are left out');

/** A Python that has the library pika. */
export const pika = ['python3', '/usr/bin/python3'].find(
  (command) => hasRabbitmq && spawnSync(command, ['-c', 'import pika']).status === 0,
);

export const PASSWORD = 's3cret of the broker';
/** May do everything in the virtual hosts `/` and `tmj`. */
export const ADMIN = 'admin';
/** May read everything and write nothing there. */
export const READER = 'reader';
/** Has no right to any virtual host. */
export const NOBODY = 'nobody';

/** Bytes of a message that the node of the tests takes. */
export const MAX_MESSAGE = 20_000;

/** The node of a test file, with the PEM text of the authority that issued its certificate. */
export type Rabbitmq = () => Promise<{ readonly node: RabbitmqNode; readonly authority: string }>;

export interface RabbitmqNode {
  readonly port: number;
  /** Of TLS. */
  readonly tlsPort: number;
  /** `rabbitmqctl`; takes a second or two. */
  ctl(...args: readonly string[]): string;
  /** SIGKILL, as if the machine had failed. */
  kill(): Promise<void>;
  /** Starts it again after that. */
  start(): Promise<void>;
  /** Ends it, and what it has started. */
  stop(): Promise<void>;
}

/** Resolves when it takes connections: in 4 to 15 s. `limits` are lines of `rabbitmq.conf`. */
export async function startRabbitmq(
  { cert, key }: Certificate,
  limits: readonly string[] = [],
): Promise<RabbitmqNode> {
  const folder = mkdtempSync(join(tmpdir(), 'team-events-test-rabbitmq-'));
  const at = (name: string): string => join(folder, name);
  const [port, tlsPort, distribution, names] = await freePorts();
  mkdirSync(at('home'));
  writeFileSync(at('cert.pem'), cert);
  writeFileSync(at('key.pem'), key, { mode: 0o600 });
  writeFileSync(at('enabled_plugins'), '[].\n');
  writeFileSync(at('definitions.json'), JSON.stringify(DEFINITIONS));
  writeFileSync(
    at('rabbitmq.conf'),
    [
      `listeners.tcp.1 = 127.0.0.1:${port}`,
      `listeners.ssl.1 = 127.0.0.1:${tlsPort}`,
      `ssl_options.certfile = ${at('cert.pem')}`,
      `ssl_options.keyfile = ${at('key.pem')}`,
      'ssl_options.verify = verify_none',
      `load_definitions = ${at('definitions.json')}`,
      'disk_free_limit.absolute = 10MB',
      ...limits,
      '',
    ].join('\n'),
  );
  const environment = {
    PATH: process.env['PATH'],
    HOME: at('home'),
    RABBITMQ_NODENAME: `te${names}@localhost`,
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: at('mnesia'),
    RABBITMQ_LOG_BASE: at('log'),
    RABBITMQ_PID_FILE: at('pid'),
    RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(names),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2',
  };
  // Started here, so that it is known by its id; else the node would start one that stays.
  const epmd = spawn('/usr/bin/epmd', ['-address', '127.0.0.1', '-port', String(names)], { stdio: 'ignore' });
  const beam = (): number => (existsSync(at('pid')) ? Number(readFileSync(at('pid'), 'utf8')) : 0);
  const dieWithTests = (): void => {
    signal(beam(), 'SIGKILL');
    epmd.kill('SIGKILL');
  };
  process.on('exit', dieWithTests);
  let server: ChildProcess | undefined;

  const node: RabbitmqNode = {
    port,
    tlsPort,
    ctl(...args) {
      const { status, stdout, stderr } = spawnSync(join(BIN, 'rabbitmqctl'), ['-q', ...args], {
        env: environment,
        encoding: 'utf8',
      });
      if (status !== 0) throw new Error(`rabbitmqctl ${args.join(' ')}: ${stdout}${stderr}`);
      return stdout;
    },
    async kill() {
      signal(beam(), 'SIGKILL');
      await ended(server);
    },
    async start() {
      // In a session of its own: the shell that it is would pass signals of the terminal on.
      server = spawn(join(BIN, 'rabbitmq-server'), {
        env: environment,
        detached: true,
        stdio: ['ignore', 'ignore', 'ignore'],
      });
      await until(
        () => accepts(port),
        () => server?.exitCode ?? null,
      );
    },
    async stop() {
      signal(beam(), 'SIGTERM');
      const patience = setTimeout(() => signal(beam(), 'SIGKILL'), 10_000);
      await ended(server);
      clearTimeout(patience);
      epmd.kill('SIGKILL');
      process.removeListener('exit', dieWithTests);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await node.start();
  return node;
}

const VHOSTS = ['/', 'tmj'];
const DEFINITIONS = {
  vhosts: VHOSTS.map((name) => ({ name })),
  users: [ADMIN, READER, NOBODY].map((name) => ({
    name,
    password_hash: passwordHash(PASSWORD),
    hashing_algorithm: 'rabbit_password_hashing_sha256',
    tags: '',
  })),
  permissions: VHOSTS.flatMap((vhost) => [
    { vhost, user: ADMIN, configure: '.*', write: '.*', read: '.*' },
    { vhost, user: READER, configure: '', write: '', read: '.*' },
  ]),
};

/** https://www.rabbitmq.com/docs/passwords */
function passwordHash(password: string): string {
  const salt = Buffer.from('salt');
  const hash = createHash('sha256').update(salt).update(password).digest();
  return Buffer.concat([salt, hash]).toString('base64');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    if (pid > 0) process.kill(pid, name);
  } catch {
    // it has ended
  }
}

const ended = (child: ChildProcess | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });

async function until(isTrue: () => Promise<boolean>, failed: () => number | null): Promise<void> {
  while (!(await isTrue())) {
    const code = failed();
    if (code !== null) throw new Error(`rabbitmq-server ended with ${code}`);
    await sleep(100);
  }
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** Four that the kernel gave. */
async function freePorts(): Promise<readonly [number, number, number, number]> {
  const servers = await Promise.all(
    [0, 1, 2, 3].map(
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const [a = 0, b = 0, c = 0, d = 0] = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [a, b, c, d];
}
