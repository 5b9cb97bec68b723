// Preloaded by scripts/build.mjs: at the end of the run keeps what V8 has compiled of the bundle.
const { writeFileSync } = require('node:fs');
const { setFlagsFromString } = require('node:v8');

process.on('exit', () => {
  // V8 refuses code of a process with other flags than its own: these are as they were before a dry run set them.
  for (const flag of ['--semi-space-growth-factor=2', '--heap-growing-percent=0']) setFlagsFromString(flag);
  writeFileSync(process.env.CODE_FILE, require(process.argv[1]).compiledCode());
});
