/** Values as YAML that every reader takes, and YAML that none may trip over. */
import type { Random } from '../../torture/random.ts';
import * as pieces from './pieces.ts';

/** Stands in a value for text of YAML as it is. */
export class Raw {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** JSON is YAML, where what cannot be printed is escaped; `Raw` stands in it as it is. */
export function yamlOf(value: unknown): string {
  if (value instanceof Raw) return value.text;
  if (Array.isArray(value)) return `[${value.map(yamlOf).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return quoted(value);
  return `{ ${Object.entries(value)
    .map(([key, held]) => `${quoted(key)}: ${yamlOf(held)}`)
    .join(', ')} }`;
}

const quoted = (value: unknown): string =>
  (JSON.stringify(value) ?? 'null').replace(
    /[^\u0020-\u007e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** Aliases that stand for much, that hold themselves, that merge; whole in themselves. `name` makes their names unique. */
export function aliases(random: Random, name: string): Raw {
  switch (random.int(0, 3)) {
    case 0: {
      const depth = random.chance(0.04) ? random.int(10, 40) : random.int(2, 6);
      const width = random.int(2, 4);
      const level = (index: number): string =>
        `&${name}${index} [${
          index === 0
            ? 'x, x'
            : Array(width)
                .fill(`*${name}${index - 1}`)
                .join(', ')
        }]`;
      return new Raw(`[${Array.from({ length: depth }, (_, index) => level(index)).join(', ')}]`);
    }
    case 1:
      return new Raw(random.pick([`&${name} [a, *${name}]`, `&${name} { a: { b: *${name} } }`]));
    case 2:
      return new Raw(`[&${name} { a: 1, b: 2 }, { <<: *${name}, b: 3 }, { <<: [*${name}, *${name}] }]`);
    default: {
      const count = pieces.size(random, 5000);
      return new Raw(`[&${name} [a, b, c], ${Array(count).fill(`*${name}`).join(', ')}]`);
    }
  }
}

/** `text` with something broken in it. */
export function broken(random: Random, text: string): string | Buffer {
  const at = random.int(0, text.length);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (random.int(0, 7)) {
    case 0:
      return before;
    case 1:
      return `\ufeff${text}`;
    case 2:
      return Buffer.concat([Buffer.from(before), pieces.bytes(random), Buffer.from(after)]);
    case 3:
      return `${before}\t${after}`;
    case 4:
      return `${text}\n---\n${text}`;
    case 5:
      return `${text}\n${text}`;
    case 6:
      return `${before}${random.pick(['[', '{', ']', '}', '"']).repeat(pieces.size(random, 3000))}${after}`;
    default:
      return before + pieces.text(random) + after;
  }
}
