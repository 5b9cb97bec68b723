// For each commit, a shell script's time and ours for the same deliveries to one client that answers at once.
import { spawnSync } from 'node:child_process';
import { median, observe, time } from '../measure.mjs';
import { sending, startReceivers } from '../sending.mjs';

const TYPES = 'team.created, team.modified, team.members.removed, team.members.added, team.deleted';

export async function besideScript({ size: { scriptCommits }, repos, work, runs }) {
  const repo = await repos.get('folders');
  const reader = yamlReader();
  const [from, to] = [`main~${scriptCommits}`, 'main'];
  const receivers = await startReceivers();
  try {
    const script = new URL('../plain-tools.sh', import.meta.url).pathname;
    const command = [
      'env',
      `YAML_TO_JSON=${reader}`,
      'bash',
      script,
      `${from}..${to}`,
      `${receivers.url}/script`,
    ];
    const range = ['--from', from, '--to', to];
    const args = sending({ repo, work, url: receivers.url, range, types: TYPES });
    const pairs = [];
    for (let run = 0; run < Math.min(runs, 3); run++) {
      const baseline = time({ command, cwd: repo });
      const { wallMs: ours } = await observe(args);
      const counts = new Set((await receivers.report()).map(({ requests }) => requests));
      if (counts.size !== 1)
        throw new Error(`the script and the program sent ${[...counts].join(' and ')} events`);
      pairs.push({ baseline: baseline / scriptCommits, ours: ours / scriptCommits, value: ours / baseline });
    }
    return {
      work: `a commit's delivery, of ${scriptCommits}, beside a shell script (git diff, ${reader}, jq, curl)`,
      baseline: median(pairs.map(({ baseline }) => baseline)),
      ours: median(pairs.map(({ ours }) => ours)),
      unit: 'ms',
      value: median(pairs.map(({ value }) => value)),
      valueUnit: '×',
      atMost: 1,
    };
  } finally {
    receivers.stop();
  }
}

/** The two programs that are called yq, whichever is there. */
function yamlReader() {
  for (const reader of ['yq -o=json .', 'yq .']) {
    const { status, stdout } = spawnSync(reader.split(' ')[0], reader.split(' ').slice(1), {
      input: 'a: [1]\n',
      encoding: 'utf8',
    });
    if (status === 0 && /^\{\s*"a"/.test(stdout)) return reader;
  }
  throw new Error('the shell script needs yq, jq and curl');
}
