/**
 * `npm run oracle -- REPO [--config FILE] [--to REF]`: compares the program with the oracle at every first-parent commit
 * of any clone. Prints one line of figures; with differences also the first of them, and ends with exit code 1.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { compareHistory } from './comparison.ts';
import { git, lines } from './history.ts';
import { createOracle } from './oracle.ts';
import { rememberedHistory } from './remembered-history.ts';
import { readSettings } from './settings.ts';
import { toldEvents } from './told-events.ts';

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { config: { type: 'string' }, to: { type: 'string', default: 'HEAD' } },
});
const [repository] = positionals;
if (repository === undefined || positionals.length > 1) {
  console.error('npm run oracle -- REPO [--config FILE] [--to REF]');
  process.exit(2);
}

const start = performance.now();
const fixed = values.config === undefined ? undefined : readSettings(readFileSync(values.config));
const commits = lines(git(repository, 'rev-list', '--first-parent', '--reverse', values.to));
const history = rememberedHistory(repository);
const told = toldEvents(
  repository,
  values.to,
  ...(values.config === undefined ? [] : ['--config', values.config]),
);
const { events, broken, newest, differences, exitCode } = await compareHistory(
  commits,
  told.events,
  createOracle(history, fixed, true),
);
history.close();

const { code, stderr } = await told.ended;
const all =
  code === exitCode ? differences : [...differences, `exit ${code} in place of ${exitCode}: ${stderr}`];
const seconds = ((performance.now() - start) / 1000).toFixed(0);
console.log(
  `${commits.length} commits, ${newest.files} files and ${newest.teams.size} teams at the newest, ${events} events, ` +
    `${broken} problems met, ${all.length} differences, ${seconds} s`,
);
for (const difference of all) console.log(`  ${difference}`);
process.exitCode = all.length > 0 ? 1 : 0;
