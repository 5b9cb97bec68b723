/** The partitions of keys are those of Java's own producer. */
import { expect, it } from 'vitest';
import { murmur2, partitionOf } from '../../../../../src/adapters/destinations/kafka/partitioner.ts';

/** As `Utils.murmur2` and `BuiltInPartitioner.partitionForKey` of kafka-clients 4.1.2 computed them. */
it.each([
  ['', 275646681, 0, 9],
  ['a', -1563381124, 1, 4],
  ['ab', 316155434, 2, 2],
  ['abc', 479470107, 0, 3],
  ['abcd', -1323649548, 2, 8],
  ['abcde', 461995741, 1, 1],
  ['payments', 271036316, 2, 8],
  ['équipe/café', -251313955, 1, 1],
  ['chaîne-données', -1085778673, 1, 7],
  ['team-1', 184843935, 0, 3],
  ['team-2', 1303619701, 1, 1],
  ['acme/releasers', 141694663, 1, 7],
  ['日本', -700811021, 0, 3],
  ['😀', 131881617, 0, 9],
  ['x'.repeat(257), -939133454, 0, 6],
])('%s', (key, hash, ofThree, ofTwelve) => {
  const bytes = Buffer.from(key);
  expect([murmur2(bytes), partitionOf(bytes, 3), partitionOf(bytes, 12)]).toEqual([hash, ofThree, ofTwelve]);
  expect(partitionOf(bytes, 1)).toBe(0);
});
