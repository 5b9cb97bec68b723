#!/usr/bin/env node
// Starts the bundle, with the code that V8 made of it when it was built. V8 says itself whether that is of its own
// version; but of the bundle it compares the length only, and of the code nothing, so both are checked by a sum here.
// (CommonJS, which starts sooner: docs/performance.md.)
const { existsSync, readFileSync } = require('node:fs');
const { createRequire, wrap } = require('node:module');
const path = require('node:path');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

const bundle = path.join(__dirname, '../dist/team-events.cjs');
const source = readFileSync(bundle);

/** Of another bundle, or damaged: none. The sum is no signature (docs/security.md), so that it can be switched off. */
function keptCode() {
  if (/^(?:false|0|no|off)$/i.test(process.env.TEAM_EVENTS_COMPILED_CODE ?? '')) return undefined;
  const file = path.join(__dirname, '../dist/team-events.v8');
  const kept = existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
  const end = kept.length - 4;
  if (end <= 0) return undefined;
  const code = kept.subarray(0, end);
  return kept.readUInt32LE(end) === crc32(code, crc32(source)) ? code : undefined;
}

const script = new Script(wrap(source.toString()), { filename: bundle, cachedData: keptCode() });
/** What scripts/build.mjs keeps after a run. */
function compiledCode() {
  const code = script.createCachedData();
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(code, crc32(source)));
  return Buffer.concat([code, sum]);
}
module.exports = { script, compiledCode };
script.runInThisContext()({}, createRequire(bundle), { exports: {} }, bundle, path.dirname(bundle));
