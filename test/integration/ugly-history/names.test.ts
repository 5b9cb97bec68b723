/** Ids and names of any script and length, and texts as Windows or an editor leaves them. */
import { describe, expect, it } from 'vitest';
import type { ImportedCommit } from '../../support/imported-repo.ts';
import { tell } from '../../support/ugly-story.ts';

const LONG = 'x'.repeat(300);
const NFC = '\u00e9quipe';
const NFD = 'e\u0301quipe';
/** The mark that turns the direction of what follows. */
const RTL = '\u200f';

interface Case {
  readonly name: string;
  readonly commits: readonly ImportedCommit[];
  readonly steps: readonly (readonly string[])[];
}

const file = (text: string | Uint8Array): ImportedCommit => ({ 'teams/a.yml': text });

const cases: readonly Case[] = [
  {
    name: 'an unquoted 0x009922 is text, as id, as login and as attribute',
    commits: [
      file('id: 0x009922\nmembers: [0x009922, 39202]\ncolour: 0x009922\n'),
      file('id: "0x009922"\nmembers: ["0x009922", "39202"]\ncolour: "0x009922"\n'),
      file('id: 39202\nmembers: [39202]\ncolour: 39202\n'),
    ],
    steps: [
      ['+ 0x009922', '(0x009922: + 0x009922 39202)'],
      [],
      ['+ 39202', '(0x009922: - 0x009922 39202)', '(39202: + 39202)', '- 0x009922'],
    ],
  },
  {
    name: 'CRLF in place of LF changes nothing, nor does CR',
    commits: [
      file('id: a\nmembers:\n  - x\nnote: |\n  one\n  two\n'),
      file('id: a\r\nmembers:\r\n  - x\r\nnote: |\r\n  one\r\n  two\r\n'),
      file('id: a\rmembers:\r  - x\rnote: |\r  one\r  two\r'),
    ],
    steps: [['+ a', '(a: + x)'], [], []],
  },
  {
    name: 'a byte order mark changes nothing',
    commits: [file('id: a\nmembers: [x]\n'), file('\ufeffid: a\nmembers: [x]\n')],
    steps: [['+ a', '(a: + x)'], []],
  },
  {
    name: 'UTF-16 and Latin-1 are no text to read: held',
    commits: [
      file('id: a\n'),
      file(Buffer.from('\ufeffid: a\nmembers: [x]\n', 'utf16le')),
      file(Buffer.from('id: a\nmembers: [é]\n', 'latin1')),
      file('id: a\nmembers: [é]\n'),
    ],
    steps: [['+ a'], [], [], ['a: + é']],
  },
  {
    name: 'ids, keys and logins in NFC and NFD are the same; other texts are kept as they are',
    commits: [
      file(`id: ${NFC}\nmembers: [zo\u00e9]\np\u00e9rim\u00e8tre: p\n\u00e9tage: 1\n`),
      file(`id: ${NFD}\nmembers: [zoe\u0301]\npe\u0301rime\u0300tre: p\ne\u0301tage: 1\n`),
      file(`id: ${NFD}\nmembers: [zoe\u0301]\npe\u0301rime\u0300tre: p\ne\u0301tage: ${NFD}\n`),
      file(`id: ${NFD}\nmembers: [zoe\u0301]\npe\u0301rime\u0300tre: p\ne\u0301tage: ${NFC}\n`),
    ],
    steps: [
      [`+ ${NFC}`, `(${NFC}: + zo\u00e9)`],
      [],
      [`${NFC}: attributes.\u00e9tage`],
      [`${NFC}: attributes.\u00e9tage`],
    ],
  },
  {
    name: 'a file whose name turns from NFC to NFD is the same team in another file',
    commits: [
      { [`teams/${NFC}.yml`]: 'members: [x]\n' },
      { [`teams/${NFC}.yml`]: null, [`teams/${NFD}.yml`]: 'members: [x]\n' },
    ],
    steps: [[`+ ${NFC}`, `(${NFC}: + x)`], []],
  },
  {
    name: 'emoji, also joined ones',
    commits: [
      file('id: 🚀\nname: 👩‍🚀 & 👨‍👩‍👧\nmembers: [👩‍🚀, 🏳️‍🌈]\n'),
      file('id: 🚀\nname: 👩‍🚀 & 👨‍👩‍👧\nmembers: [👩‍🚀]\n🔑: 🔒\n'),
    ],
    steps: [
      ['+ 🚀', '(🚀: + 🏳️‍🌈 👩‍🚀)'],
      ['🚀: attributes.🔑', '🚀: - 🏳️‍🌈'],
    ],
  },
  {
    name: 'right to left, with its marks',
    commits: [
      file(`id: "صفحة${RTL}"\nmembers: [مريم, ${RTL}x]\n`),
      file(`id: "صفحة${RTL}"\nmembers: [مريم, x]\n`),
    ],
    steps: [
      [`+ صفحة${RTL}`, `(صفحة${RTL}: + مريم ${RTL}x)`],
      [`صفحة${RTL}: - ${RTL}x`, `صفحة${RTL}: + x`],
    ],
  },
  {
    name: '300 characters of id, login, key and path',
    commits: [
      { [`teams/${LONG.slice(0, 250)}.yml`]: `id: ${LONG}\nmembers: [${LONG}]\n` },
      { [`teams/${LONG.slice(0, 250)}.yml`]: `id: ${LONG}\nmembers: [${LONG}]\n${LONG}: 1\n` },
    ],
    steps: [[`+ ${LONG}`, `(${LONG}: + ${LONG})`], [`${LONG}: attributes.${LONG}`]],
  },
  {
    name: 'keys that every object has, and one with a dot',
    commits: [
      file('id: constructor\n'),
      file('id: constructor\nmembers: [toString]\nconstructor: 1\na.b: 2\n'),
    ],
    steps: [
      ['+ constructor'],
      ['constructor: attributes.constructor, attributes["a.b"]', 'constructor: + toString'],
    ],
  },
];

describe('a text', () => {
  it.each(cases)('$name', async ({ commits, steps }) => {
    const story = await tell(commits);
    expect(story.steps).toEqual(steps);
    expect(story).toMatchObject({ notes: [], code: 0 });
  });
});
