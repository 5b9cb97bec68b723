// A teams repo for measuring: TEAMS team files in FOLDERS folders (0: all in one), COMMITS commits, made by git
// fast-import. The same arguments give the same commits.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** @returns {() => number} a seeded generator of numbers in [0, 1) (mulberry32) */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** About 200 bytes, as files of real catalogues have; every fourth team writes its members as mappings. */
function teamText(number, { members, region }) {
  const person = (member) => `user${String(member).padStart(5, '0')}`;
  const line = (member) =>
    number % 4 ? `  - ${person(member)}` : `  - id: ${person(member)}\n    role: dev`;
  return (
    `id: team-${number}\nname: Team ${number}\nmembers:\n${[...new Set(members)].map(line).join('\n')}\n` +
    `tags: [area-${number % 20}, tier-${number % 3}]\nperimeter: region-${region}\ncontact: "#team-${number}"\n`
  );
}

function pathOf(number, folders) {
  const folder = folders === 0 ? '' : `${String(number % folders).padStart(3, '0')}/`;
  return `teams/${folder}team-${number}.yml`;
}

/**
 * Makes a bare repository in `directory`. The first commit brings all teams; each later one changes one or two, or up to
 * `each`.
 */
export async function makeRepo(directory, { teams, folders, commits, each, seed = 1 }) {
  const random = seeded(seed);
  const any = (bound) => Math.floor(random() * bound);
  const state = Array.from({ length: teams }, () => ({
    members: Array.from({ length: 3 + any(6) }, () => any(30_000)),
    region: any(5),
  }));
  git(directory, 'init', '--quiet', '--bare', '--initial-branch=main', '.');
  git(directory, 'config', 'remote.origin.url', 'https://git.example.com/platform/teams.git'); // as every clone has one
  const importer = spawn('git', ['fast-import', '--quiet'], {
    cwd: directory,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const write = async (text) => {
    if (!importer.stdin.write(text)) await once(importer.stdin, 'drain');
  };
  const data = (text) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  for (let commit = 0; commit < commits; commit++) {
    const who = `Author ${commit % 40} <author${commit % 40}@example.com> ${1_700_000_000 + commit * 600} +0000`;
    await write(
      `commit refs/heads/main\nmark :${commit + 1}\nauthor ${who}\ncommitter ${who}\n${data(`Change ${commit}`)}`,
    );
    if (commit > 0) await write(`from :${commit}\n`);
    const changes = each ?? (commit % 3 ? 1 : 2);
    const touched = commit === 0 ? state.keys() : new Set(Array.from({ length: changes }, () => any(teams)));
    for (const number of touched) {
      const team = state[number];
      if (commit > 0 && commit % 5 === 0) team.region = (team.region + 1) % 5;
      else if (commit > 0 && (commit % 2 || team.members.length < 3)) team.members.push(any(30_000));
      else if (commit > 0) team.members.splice(any(team.members.length), 1);
      await write(`M 100644 inline ${pathOf(number, folders)}\n${data(teamText(number, team))}`);
    }
  }
  importer.stdin.end();
  await once(importer, 'close');
  git(directory, 'gc', '--quiet');
}

export function git(directory, ...args) {
  const result = spawnSync('git', args, { cwd: directory, encoding: 'utf8', maxBuffer: 1 << 30 });
  if (result.status !== 0) throw new Error(`git ${args.join(' ')}: ${result.stderr}`);
  return result.stdout;
}
