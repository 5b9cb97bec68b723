/** Entries of a clients file: an ordinary one, in which a few things are not as they should be. */
import { EVENT_TYPES } from '../../../src/core/events/event-type.ts';
import type { Random } from '../../torture/random.ts';
import { toBroker } from './brokers.ts';
import { mapping, number, duration, revision, size, text, value } from './pieces.ts';
import { body, finds, oauth2, rightBody, rightSubscriptions, rightUrl, rules, template } from './requests.ts';
import { aliases, yamlOf } from './yaml-text.ts';

export interface Site {
  /** Where the healthy client is served. */
  readonly healthyUrl: string;
  /** Where another is. */
  urlOf(client: string): string;
  /** Host and port of a broker. */
  readonly broker: string;
}

type Fields = Record<string, unknown>;
type Change = (random: Random, entry: Fields, site: Site) => void;

/**
 * The whole file: the healthy client among the others, which have these `names`; the receivers of some are `hanging`.
 * `brokers`: decides which have a broker instead, so that everything else of a seed stays what it was.
 */
export function clientsText(
  random: Random,
  site: Site,
  names: readonly string[],
  hanging: readonly string[],
  brokers: Random,
): string {
  const entries = names.map((name) => {
    const entry = entryOf(random, site, name, hanging.includes(name));
    if (brokers.chance(0.15)) toBroker(brokers, entry, site.broker);
    return `  - ${yamlOf(entry)}\n`;
  });
  entries.splice(random.int(0, entries.length), 0, `  - ${yamlOf(healthy(site))}\n`);
  return `clients:\n${entries.join('')}`;
}

/** It follows teams that nobody else touches. */
const healthy = ({ healthyUrl }: Site): Fields => ({
  name: 'healthy',
  start: 'snapshot',
  teams: ['good-*'],
  subscriptions: [{ events: EVENT_TYPES, url: healthyUrl }],
});

function entryOf(random: Random, site: Site, name: string, hangs: boolean): Fields {
  const entry: Fields = {
    name,
    headers: { Authorization: 'Bearer ${TOKEN}' },
    subscriptions: [{ events: EVENT_TYPES, url: site.urlOf(name) }],
  };
  if (random.chance(0.3)) entry['start'] = random.pick(['snapshot', 'root', 'now', 'main']);
  if (hangs && random.chance(0.6)) entry['timeout'] = '500h';
  else if (random.chance(0.45)) {
    for (let changes = random.int(1, 4); changes > 0; changes--) {
      random.pick(random.chance(0.7) ? LIKELY : CHANGES)(random, entry, site);
    }
  }
  if (random.chance(0.2)) {
    const own = site.urlOf(name);
    entry['subscriptions'] = rightSubscriptions(random, own);
    if (random.chance(0.5)) entry['order'] = 'team';
    if (random.chance(0.4)) {
      delete entry['headers'];
      entry['auth'] = { oauth2: { url: own, id: 'fly', secret: '${TOKEN}' } };
    }
  }
  if (random.chance(0.2)) {
    for (let changes = random.int(1, 5); changes > 0; changes--) random.pick(REQUESTS)(random, entry, site);
  }
  return entry;
}

const subscriptionOf = (entry: Fields): Fields => {
  const [first] = Array.isArray(entry['subscriptions']) ? (entry['subscriptions'] as unknown[]) : [];
  return typeof first === 'object' && first !== null ? (first as Fields) : {};
};

const set =
  (key: string, made: (random: Random, site: Site) => unknown): Change =>
  (random, entry, site) => {
    const target = random.chance(0.5) ? entry : subscriptionOf(entry);
    target[key] = random.chance(0.85) ? made(random, site) : value(random);
  };
const ofClient =
  (key: string, made: (random: Random, site: Site) => unknown): Change =>
  (random, entry, site) => {
    entry[key] = made(random, site);
  };
const ofSubscription =
  (key: string, made: (random: Random, site: Site) => unknown): Change =>
  (random, entry, site) => {
    subscriptionOf(entry)[key] = made(random, site);
  };

const listOf =
  (one: (random: Random) => unknown) =>
  (random: Random): unknown[] =>
    Array.from({ length: random.chance(0.03) ? size(random, 20_000) : random.int(0, 4) }, () => one(random));
const mappingOf =
  (one: (random: Random) => unknown) =>
  (random: Random): object =>
    mapping(
      Array.from({ length: random.int(0, 4) }, () => [
        random.chance(0.5) ? random.pick(['a', 'X-Name', 'accept', 'webhook-id', 'Host']) : text(random),
        one(random),
      ]),
    );

/** Loopback, or an address that no request may reach: nothing else is ever dialled. */
const url = (random: Random, site: Site): string => {
  const own = site.urlOf('other');
  return random.pick([
    () => own + text(random),
    () => own.replace('127.0.0.1', random.pick(['[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '127.1'])),
    () =>
      own.replace(
        '//',
        `//${encodeURIComponent(
          text(random)
            .slice(0, 200)
            .replace(/[\ud800-\udfff]/g, ''),
        )}:b@`,
      ),
    () => own.replace('http', random.pick(['file', 'ftp', 'gopher', 'javascript', 'HTTP', 'unix'])),
    () => `${own}?${'a=b&'.repeat(size(random))}`,
    () => `${own}#${text(random)}`,
    () => `${own}/\${TOKEN}/{subject}`,
    () => `${site.healthyUrl}/other`,
    () => 'http://169.254.169.254/latest/meta-data/',
    () => 'http://[fd00:ec2::254]/',
    () => 'http://0.0.0.0:1/',
    () => `http://127.0.0.1:${random.pick(['0', '1', '65536', '-1', 'x', ''])}/`,
    () => text(random),
  ])();
};

/** Requests of its own, often with several of these at once. */
const REQUESTS: readonly Change[] = [
  ofSubscription('body', rightBody),
  ofSubscription('body', rightBody),
  ofSubscription('body', (random) => body(random)),
  ofSubscription('url', (random, site) => rightUrl(random, site.urlOf('other'))),
  ofSubscription('contentType', (random) => random.pick(['application/merge-patch+json', text(random)])),
  ofSubscription('each', (random) => random.pick(['added', 'removed', 'members', 'members', text(random)])),
  ofSubscription('find', (random, site) => finds(random, site.urlOf('other'))),
  ofSubscription('url', (random, site) => `${site.urlOf('other')}/${template(random)}`),
  ofSubscription('query', mappingOf(template)),
  set('headers', mappingOf(template)),
  set('auth', (random, site) => oauth2(random, site.urlOf('other'))),
  ofSubscription('done', rules),
  ofSubscription('success', rules),
  ofClient('order', (random) => random.pick(['team', 'all', text(random)])),
  // Each type has an endpoint of its own, and those of members make one request for each.
  (random, entry) => {
    const { events: _, ...first } = subscriptionOf(entry);
    entry['subscriptions'] = EVENT_TYPES.map((event) => ({
      ...first,
      event,
      ...(event.startsWith('team.members.') &&
        random.chance(0.8) && { each: event.slice('team.members.'.length) }),
    }));
  },
];

const LIKELY: readonly Change[] = [
  ofClient('start', (random) => (random.chance(0.1) ? 'a'.repeat(size(random, 140_000)) : revision(random))),
  set('timeout', (random) => (random.chance(0.4) ? '500h' : duration(random))),
  set(
    'headers',
    mappingOf((random) => (random.chance(0.3) ? 'Bearer ${TOKEN}' : text(random))),
  ),
  ofSubscription(
    'query',
    mappingOf((random) => (random.chance(0.3) ? '${TOKEN}' : text(random))),
  ),
  ofSubscription('url', url),
  ofClient('contact', text),
  set(
    'teams',
    listOf((random) => (random.chance(0.5) ? `${'*a'.repeat(size(random, 3000))}b` : text(random))),
  ),
  set('tags', listOf(text)),
  (random, entry) => {
    entry[random.chance(0.5) ? text(random) : random.pick(['headers', 'tags', 'a'])] = aliases(
      random,
      nameOf(entry),
    );
  },
];

const CHANGES: readonly Change[] = [
  // With its own name in it: two clients of one name rightly stop the run.
  (random, entry) => {
    entry['name'] = `${text(random)}x${String(entry['name'])}`;
  },
  ofClient('formerly', (random) => (random.chance(0.5) ? 'healthy' : text(random))),
  ofClient(
    'secrets',
    listOf((random) => (random.chance(0.5) ? 'whsec_${TOKEN}' : text(random))),
  ),
  ofClient('skip', listOf(text)),
  ofClient('paused', (random) => value(random)),
  set('auth', (random) =>
    random.pick([
      { bearer: text(random) },
      { basic: { username: text(random), password: '${TOKEN}' } },
      value(random),
    ]),
  ),
  set('format', (random) =>
    random.pick(['slack', 'gitlab-pipeline', 'github-dispatch', 'cloudevents', text(random)]),
  ),
  ofSubscription('method', (random) => random.pick(['PUT', 'DELETE', 'TRACE', 'CONNECT', text(random)])),
  ofSubscription('success', listOf(number)),
  ofSubscription('done', listOf(number)),
  ofClient('subscriptions', (random) => value(random)),
  (random, entry) => {
    entry['subscriptions'] = Array(size(random, 3000)).fill(subscriptionOf(entry));
  },
  (random, entry) => {
    const count = size(random, 20_000);
    for (let index = 0; index < count; index++) entry[`unknown ${index}`] = index;
  },
  (random, entry) => {
    Object.defineProperty(entry, text(random), {
      value: value(random),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  },
  (random, entry) => {
    delete entry[random.pick(Object.keys(entry))];
  },
];

/** For anchors. */
const nameOf = ({ name }: Fields): string => `x${String(name).replace(/[^a-z0-9]/g, '')}`;
