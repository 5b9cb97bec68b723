// Fetches a Kafka broker for the tests, as published jars, into TEAM_EVENTS_TEST_KAFKA or node_modules/.cache/kafka: 54 MB, half
// a minute the first time. Where there is no Maven, or no network, it says so, and the tests with a real broker are left out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSION = '4.1.2';
const JARS = [
  ['org.apache.kafka', 'kafka_2.13', VERSION],
  ['org.apache.kafka', 'kafka-tools', VERSION],
  ['org.slf4j', 'slf4j-simple', '1.7.36'],
];
const LIMIT_MS = 300_000;

const folder = resolve(
  process.env.TEAM_EVENTS_TEST_KAFKA ??
    fileURLToPath(new URL('../../../node_modules/.cache/kafka', import.meta.url)),
);

function fetchJars() {
  mkdirSync(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  const dependencies = JARS.map(
    ([group, name, version]) =>
      `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`,
  );
  writeFileSync(
    join(work, 'pom.xml'),
    `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>test</groupId>` +
      `<artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>` +
      `<dependencies>${dependencies.join('')}</dependencies></project>`,
  );
  const args = ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs'];
  const { status, error, stdout } = spawnSync('mvn', args, {
    cwd: work,
    timeout: LIMIT_MS,
    encoding: 'utf8',
  });
  try {
    if (status !== 0) return `no jars of Kafka: ${error?.message ?? stdout.trim().split('\n')[0]}`;
    rmSync(folder, { recursive: true, force: true });
    renameSync(join(work, 'libs'), folder);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const isThere = existsSync(join(folder, `kafka_2.13-${VERSION}.jar`));
console.log((isThere ? undefined : fetchJars()) ?? `Kafka ${VERSION} for the tests: ${folder}`);
