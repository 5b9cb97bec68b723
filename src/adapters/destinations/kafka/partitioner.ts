/** Which partition a key belongs to: that of Java's own producer, so that all producers of a topic agree. */

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** MurmurHash2 as `org.apache.kafka.common.utils.Utils.murmur2` computes it: a signed 32-bit integer. */
export function murmur2(bytes: Uint8Array): number {
  const { length } = bytes;
  const at = (index: number): number => bytes[index] ?? 0;
  let hash = SEED ^ length;
  const whole = length - (length % 4);
  for (let index = 0; index < whole; index += 4) {
    let word = at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24);
    word = Math.imul(word, M);
    word ^= word >>> 24;
    hash = Math.imul(hash, M) ^ Math.imul(word, M);
  }
  if (length > whole) {
    hash ^= at(whole) | (at(whole + 1) << 8) | (at(whole + 2) << 16);
    hash = Math.imul(hash, M);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

/** From 0; `toPositive(murmur2(key)) % count` of `BuiltInPartitioner.partitionForKey`. */
export const partitionOf = (key: Uint8Array, count: number): number => (murmur2(key) & 0x7fffffff) % count;
