#!/usr/bin/env node
// Starts the bundle, with the code that V8 made of it when it was built. V8 says itself whether it can use that: what
// another version of Node made, or nobody, it makes anew. (CommonJS, which starts sooner: docs/performance.md.)
const { existsSync, readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const path = require('node:path');
const { Script } = require('node:vm');

const bundle = path.join(__dirname, '../dist/team-events.cjs');
const code = path.join(__dirname, '../dist/team-events.v8');
const script = new Script(wrap(readFileSync(bundle, 'utf8')), {
  filename: bundle,
  cachedData: existsSync(code) ? readFileSync(code) : undefined,
});
module.exports = script; // scripts/build.mjs asks it for the code after a run
script.runInThisContext()({}, createRequire(bundle), { exports: {} }, bundle, path.dirname(bundle));
