// Preloaded by scripts/build.mjs: at the end of the run keeps what V8 has compiled of the bundle.
const { writeFileSync } = require('node:fs');

process.on('exit', () => writeFileSync(process.env.CODE_FILE, require(process.argv[1]).createCachedData()));
