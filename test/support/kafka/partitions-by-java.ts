/** Where Java's own producer puts keys: its partitioner, from the jars. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runJava } from './kafka-node.ts';

const PROGRAM = `
import java.util.Base64;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
public class Partitions {
  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    for (int at = 1; at < arguments.length; at++)
      System.out.println(BuiltInPartitioner.partitionForKey(Base64.getDecoder().decode(arguments[at]), count));
  }
}`;

/** By key. */
export function partitionsByJava(keys: readonly string[], count: number): Map<string, number> {
  const folder = mkdtempSync(join(tmpdir(), 'team-events-java-'));
  try {
    const file = join(folder, 'Partitions.java');
    writeFileSync(file, PROGRAM);
    const printed = runJava([file, String(count), ...keys.map((key) => Buffer.from(key).toString('base64'))]);
    const partitions = printed.trim().split('\n').map(Number);
    return new Map(keys.map((key, index) => [key, partitions[index] ?? NaN]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
