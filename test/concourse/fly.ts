/**
 * A stand-in for `fly` and the Concourse behind it, as far as concourse/e2e/run.sh needs them, written from both
 * (v8.2.4: `fly/commands`, `fly/eventstream/render.go`, `atc/scheduler`, `atc/db/versions_db.go`):
 *
 * - A version is known once its resource was checked. A new one of an input with `trigger` makes a build by itself, and
 *   none while the pipeline is paused; one that is asked for by hand has all its inputs checked first.
 * - With `version: every` each version that comes after the last one that was built is built; at first the newest alone.
 * - Builds of one job come one after the other here, whether it says `serial` or not.
 * - `watch` prints what tasks say while they say it, and ends as the build has ended.
 */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { Build, Pipeline } from './play.ts';
import type { Mapping } from './resources.ts';
import { parsed, parsedText } from './yaml-file.ts';

interface FlyBuild {
  readonly name: string;
  /** pending and started, too. */
  status: string;
  output: string;
  abort: () => void;
  versions: Build['versions'];
  /** Once it has ended; what is read of it meanwhile is asked for again. */
  readonly ended: Promise<void>;
}

interface Configured {
  readonly play: Pipeline;
  readonly jobs: readonly Mapping[];
}

interface Entry {
  configured: Configured;
  paused: boolean;
  /** By resource, oldest first. */
  readonly known: Map<string, string[]>;
  /** By job. */
  readonly builds: Map<string, FlyBuild[]>;
  /** `job resource version` of all builds. */
  readonly used: Set<string>;
}

export interface FlyOptions {
  /** Where the program `fly` is put. */
  readonly bin: string;
  readonly open: (text: string, vars: Mapping) => Pipeline;
  /** Of resources, by name, whose check gives more than the newest version: what comes after one. */
  readonly checks: Readonly<Record<string, (from: string | undefined) => Promise<readonly string[]>>>;
}

const EXIT: Readonly<Record<string, number>> = { succeeded: 0, failed: 1, errored: 2, aborted: 3 };

export async function startFly({ bin, open, checks }: FlyOptions): Promise<void> {
  const pipelines = new Map<string, Entry>();
  const entryOf = (name: string): Entry => {
    const entry = pipelines.get(name);
    if (entry === undefined) throw new Error(`pipeline '${name}' not found`);
    return entry;
  };

  async function check({ configured, known }: Entry, resource: string): Promise<void> {
    const versions = known.get(resource) ?? [];
    const found = (await checks[resource]?.(versions.at(-1))) ?? [configured.play.latest(resource)];
    known.set(resource, [...new Set([...versions, ...found.filter((one) => one !== undefined)])]);
  }

  function start(
    entry: Entry,
    job: string,
    name: string,
    choose: () => Promise<Build['versions']>,
  ): FlyBuild {
    const before = entry.builds.get(job) ?? [];
    const { configured } = entry;
    const play = async (): Promise<void> => {
      await before.at(-1)?.ended;
      build.versions = await choose();
      build.status = 'started';
      const { status } = await configured.play.build(job, {
        versions: build.versions,
        onTask: (abort) => (build.abort = abort),
        onOutput: (said) => (build.output += said),
      });
      build.status = status;
    };
    const failed = (error: unknown): void => {
      build.output += `${String(error)}\n`;
      build.status = 'errored';
    };
    const build: FlyBuild = {
      name,
      status: 'pending',
      output: '',
      abort: () => undefined,
      versions: new Map(),
      ended: play().catch(failed),
    };
    entry.builds.set(job, [...before, build]);
    return build;
  }

  /** Builds that come of new versions by themselves. */
  function schedule(entry: Entry): void {
    for (const job of entry.paused ? [] : entry.configured.jobs) {
      const name = String(job['name']);
      const inputs = inputsOf(job);
      for (;;) {
        const versions = new Map(inputs.map((input) => [input.resource, versionFor(entry, name, input)]));
        if ([...versions.values()].includes(undefined)) break;
        const isNew = ({ resource }: Input): boolean =>
          !entry.used.has(`${name} ${resource} ${versions.get(resource)}`);
        if (!inputs.some((input) => input.trigger && isNew(input))) break;
        const chosen = versions as Map<string, string>;
        for (const [resource, version] of chosen) entry.used.add(`${name} ${resource} ${version}`);
        start(entry, name, nextName(entry, name), () => Promise.resolve(chosen));
      }
    }
  }

  function byHand(entry: Entry, job: string): FlyBuild {
    const inputs = inputsOf(entry.configured.jobs.find(({ name }) => name === job) ?? {});
    return start(entry, job, nextName(entry, job), async () => {
      for (const { resource } of inputs) await check(entry, resource);
      const versions = new Map(
        inputs.map(({ resource }) => [resource, entry.known.get(resource)?.at(-1) ?? '']),
      );
      for (const [resource, version] of versions) entry.used.add(`${job} ${resource} ${version}`);
      return versions;
    });
  }

  async function watch(build: FlyBuild, print: (said: string) => void): Promise<number> {
    let printed = 0;
    const more = (): void => {
      print(build.output.slice(printed));
      printed = build.output.length;
    };
    const timer = setInterval(more, 20);
    await build.ended.finally(() => clearInterval(timer));
    more();
    print(`${build.status}\n`);
    return EXIT[build.status] ?? 255;
  }

  async function run(args: readonly string[], print: (said: string) => void): Promise<number> {
    const { command, all, one, has } = parseArgs(args);
    const [pipeline = '', of = ''] = (one('-j') ?? one('-r') ?? one('-p') ?? '').split('/');
    if (command === 'set-pipeline') {
      const files = all('-l').map((path) => parsed(path) as Mapping);
      const given = all('-v').map((pair) => [
        pair.slice(0, pair.indexOf('=')),
        pair.slice(pair.indexOf('=') + 1),
      ]);
      const vars = Object.assign({}, ...files, Object.fromEntries(given)) as Mapping;
      const config = readFileSync(one('-c') ?? '', 'utf8');
      const { jobs } = parsedText(config, 'the pipeline') as Configured;
      const configured = { play: open(config, vars), jobs };
      const entry = pipelines.get(pipeline);
      if (entry === undefined) {
        pipelines.set(pipeline, {
          configured,
          paused: true,
          known: new Map(),
          builds: new Map(),
          used: new Set(),
        });
      } else entry.configured = configured;
      return 0;
    }
    if (command === 'destroy-pipeline') return pipelines.delete(pipeline) ? 0 : 1;
    const entry = entryOf(pipeline);
    const builds = entry.builds.get(of) ?? [];
    const build = builds.find(({ name }) => name === one('-b'));
    if (command === 'unpause-pipeline') {
      entry.paused = false;
      schedule(entry);
    } else if (command === 'check-resource') {
      await check(entry, of);
      schedule(entry);
    } else if (command === 'builds') {
      for (const { name, status } of builds.toReversed()) print(`1  ${pipeline}/${of}/${name}  ${status}\n`);
    } else if (command === 'trigger-job' || command === 'rerun-build') {
      const started =
        command === 'trigger-job'
          ? byHand(entry, of)
          : start(entry, of, `${one('-b')}.1`, () => Promise.resolve(build?.versions ?? new Map()));
      print(`started ${pipeline}/${of} #${started.name}\n`);
      if (has('--watch')) return watch(started, print);
    } else if (command === 'watch' && build !== undefined) return watch(build, print);
    else if (command === 'abort-build' && build !== undefined) build.abort();
    else throw new Error(`not understood: ${args.join(' ')}`);
    return 0;
  }

  const server = createServer((request, response) => {
    const say = (line: object): unknown => response.write(`${JSON.stringify(line)}\n`);
    const answer = async (): Promise<number> =>
      run(JSON.parse(await text(request)) as string[], (out) => say({ out }));
    answer()
      .catch((error: unknown) => {
        say({ out: `error: ${String(error)}\n` });
        return 1;
      })
      .then(
        (exit) => response.end(`${JSON.stringify({ exit })}\n`),
        () => undefined,
      );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const program = join(bin, 'fly');
  writeFileSync(program, script((server.address() as AddressInfo).port));
  chmodSync(program, 0o755);
}

const nextName = ({ builds }: Entry, job: string): string => String((builds.get(job)?.length ?? 0) + 1);

interface Input {
  readonly resource: string;
  readonly trigger: boolean;
  readonly every: boolean;
}

function inputsOf({ plan }: Mapping): readonly Input[] {
  const steps = (plan as Mapping[]).flatMap(
    (step) => (step['in_parallel'] as Mapping[] | undefined) ?? [step],
  );
  return steps
    .filter((step) => 'get' in step)
    .map(({ get, trigger, version }) => ({
      resource: String(get),
      trigger: trigger === true,
      every: version === 'every',
    }));
}

function versionFor({ known, used }: Entry, job: string, { resource, every }: Input): string | undefined {
  const versions = known.get(resource) ?? [];
  const last = versions.findLastIndex((version) => used.has(`${job} ${resource} ${version}`));
  return every && last >= 0 ? (versions[last + 1] ?? versions[last]) : versions.at(-1);
}

function parseArgs(args: readonly string[]) {
  const [, , command = '', ...rest] = args; // after -t TARGET
  const all = (name: string): string[] => rest.filter((_, at) => rest[at - 1] === name);
  return {
    command,
    all,
    one: (name: string) => all(name).at(-1),
    has: (name: string) => rest.includes(name),
  };
}

/** Asks the stand-in, prints what it says while it says it, and ends as it says. */
const script = (port: number): string => `#!/usr/bin/env node
const { request } = require('node:http');
const { createInterface } = require('node:readline');
request({ host: '127.0.0.1', port: ${port}, method: 'POST' }, (response) => {
  createInterface({ input: response }).on('line', (line) => {
    const { out, exit } = JSON.parse(line);
    if (out !== undefined) process.stdout.write(out);
    if (exit !== undefined) process.exitCode = exit;
  });
}).end(JSON.stringify(process.argv.slice(2)));
`;
