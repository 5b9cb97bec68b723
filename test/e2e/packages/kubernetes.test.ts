/** examples/kubernetes: its references hold, it is locked down, and its script does what it says. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { durationSchema } from '../../../src/core/clients/file/duration.ts';
import { parseYaml } from '../../../src/core/yaml/yaml-text.ts';
import { PROGRAM } from '../../support/program.ts';
import { createRepo, gitEnvironment, team, tempFolder } from '../../support/sample-repo.ts';
import { parse } from 'valibot';

interface Named {
  readonly name: string;
}
interface Source {
  readonly secretKeyRef: Named & { readonly key: string };
}
interface Container {
  readonly command?: unknown;
  readonly args: readonly string[];
  readonly env: readonly (Named & { readonly value?: string; readonly valueFrom?: Source })[];
  readonly securityContext: object;
  readonly volumeMounts: readonly (Named & { readonly mountPath: string })[];
}
interface Pod {
  readonly containers: readonly [Container];
  readonly volumes: readonly (Named & { readonly configMap?: Named; readonly emptyDir?: object })[];
  readonly securityContext: object;
  readonly restartPolicy: string;
  readonly automountServiceAccountToken: boolean;
  readonly terminationGracePeriodSeconds: number;
}
interface Manifests {
  readonly configMap: { readonly metadata: Named; readonly data: Readonly<Record<string, string>> };
  readonly secret: { readonly metadata: Named; readonly stringData: Readonly<Record<string, string>> };
  readonly cronJob: {
    readonly apiVersion: string;
    readonly spec: {
      readonly concurrencyPolicy: string;
      readonly jobTemplate: {
        readonly spec: {
          readonly backoffLimit: number;
          readonly activeDeadlineSeconds: number;
          readonly template: { readonly spec: Pod };
        };
      };
    };
  };
}

function manifests(): Manifests {
  const yaml = parseYaml(
    readFileSync(new URL('../../../examples/kubernetes/team-events.yml', import.meta.url), 'utf8'),
  );
  if (!yaml.ok) throw new Error(yaml.wrong.message);
  const byKind = new Map(yaml.value.documents.map((one) => [(one as { kind: string }).kind, one]));
  expect([...byKind.keys()]).toEqual(['ConfigMap', 'Secret', 'CronJob']);
  const [configMap, secret, cronJob] = byKind.values();
  return { configMap, secret, cronJob } as Manifests;
}

const podOf = ({ cronJob }: Manifests): Pod => cronJob.spec.jobTemplate.spec.template.spec;

describe('examples/kubernetes', () => {
  it('refers only to what it has', () => {
    const all = manifests();
    const { containers, volumes } = podOf(all);
    const [{ env, volumeMounts }] = containers;
    for (const { valueFrom } of env.filter((one) => one.value === undefined)) {
      expect(valueFrom?.secretKeyRef.name).toBe(all.secret.metadata.name);
      expect(Object.keys(all.secret.stringData)).toContain(valueFrom?.secretKeyRef.key);
    }
    expect(volumeMounts.map(({ name }) => name).sort()).toEqual(volumes.map(({ name }) => name).sort());
    expect(volumes.find(({ configMap }) => configMap)?.configMap?.name).toBe(all.configMap.metadata.name);
    for (const { value = '' } of env.filter((one) => one.value?.startsWith('/etc/team-events/')))
      expect(Object.keys(all.configMap.data)).toContain(value.replace('/etc/team-events/', ''));
  });

  it('runs one at a time, ends in order before it is killed, and has no rights that it does not need', () => {
    const all = manifests();
    const pod = podOf(all);
    const { concurrencyPolicy, jobTemplate } = all.cronJob.spec;
    expect([all.cronJob.apiVersion, concurrencyPolicy, jobTemplate.spec.backoffLimit]).toEqual([
      'batch/v1',
      'Forbid',
      0,
    ]);
    const longest = pod.containers[0].env.find(({ name }) => name === 'TEAM_EVENTS_MAX_DURATION')?.value;
    expect(jobTemplate.spec.activeDeadlineSeconds * 1000).toBeGreaterThan(
      parse(durationSchema(1), longest) + 60_000,
    );
    expect(pod).toMatchObject({
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(8);
    expect(pod.containers[0]).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
    expect(pod.containers[0].command).toBeUndefined(); // the image's entry point passes signals on
  });

  it('clones the teams repo and lets its clients begin, with its own script, variables, clients and policy', async () => {
    const all = manifests();
    const [container] = podOf(all).containers;
    const folder = tempFolder();
    const inFolder = (text: string): string =>
      text
        .replaceAll('/etc/team-events', join(folder, 'config'))
        .replaceAll('/scratch', join(folder, 'scratch'));
    for (const name of ['config', 'work', 'bin']) mkdirSync(join(folder, name));
    for (const [name, text] of Object.entries(all.configMap.data))
      writeFileSync(join(folder, 'config', name), text);
    symlinkSync(PROGRAM, join(folder, 'bin/team-events'));
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    const remote = join(folder, 'remote.git');
    execFileSync('git', ['clone', '--quiet', '--bare', repo.directory, remote], { env: gitEnvironment() });

    const given = container.env.map(({ name, value, valueFrom }) => [
      name,
      inFolder(value ?? all.secret.stringData[valueFrom?.secretKeyRef.key ?? ''] ?? ''),
    ]);
    const env = {
      ...Object.fromEntries(given),
      ...gitEnvironment(),
      PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
      TEAMS_REPO: remote,
      TEAM_EVENTS_INIT: 'true',
      TEAM_EVENTS_SECRETS: JSON.stringify({
        groups: { SECRET: `whsec_${Buffer.alloc(24, 1).toString('base64')}` },
      }),
    };
    const [shell = '', ...args] = container.args.map(inFolder);
    const run = spawn(shell, args, { env, cwd: join(folder, 'work'), stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    run.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = (await once(run, 'close')) as [number];
    expect([code, said]).toEqual([0, expect.not.stringContaining('error')]);
    const tags = execFileSync('git', ['-C', remote, 'tag'], { encoding: 'utf8', env: gitEnvironment() });
    expect(tags.split('\n')).toContain('team-events/groups');
  });
});
