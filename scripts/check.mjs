// npm test: builds, and then the tests run beside the compiler, the linter and the formatter, as most of them wait for others.
import { spawn } from 'node:child_process';

/** Its exit code. `quiet`: what it says comes in one piece when it ends, and only where something is wrong. */
function run(command, args, quiet = false) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit' });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== 0 && quiet)
        process.stderr.write(`\n${args.join(' ')}:\n${Buffer.concat(said).toString()}\n`);
      resolve(code ?? 1);
    });
  });
}

async function looks() {
  const codes = [];
  for (const name of ['types', 'lint', 'format:check']) codes.push(await run('npm', ['run', name], true));
  return codes;
}

const built = await run('npm', ['run', 'build']);
if (built !== 0) process.exit(built);
const codes = await Promise.all([run('npx', ['vitest', 'run']), looks()]);
const failed = codes.flat().filter((code) => code !== 0);
if (failed.length > 0) console.error(`${failed.length} of tests, types, lint and format failed: see above`);
process.exitCode = failed[0] ?? 0;
