/** What git says of a remote: its refs, and what became of a push. */
import { describe, expect, it } from 'vitest';
import { parsePushReport, serverLines } from '../../../../../src/adapters/git/remote/push-report.ts';
import { parseRefList } from '../../../../../src/adapters/git/remote/ref-list.ts';
import { redact } from '../../../../../src/adapters/process/secrets/url-credentials.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

describe('the refs of a remote', () => {
  it('are read with what tags are of, and where HEAD is', () => {
    const list = parseRefList(
      `ref: refs/heads/main\tHEAD\n${A}\tHEAD\n${A}\trefs/heads/main\n${B}\trefs/tags/t/x\n${A}\trefs/tags/t/x^{}\n`,
    );
    expect(list.head).toBe('refs/heads/main');
    expect([...list.refs]).toEqual([
      ['HEAD', { id: A, peeled: undefined }],
      ['refs/heads/main', { id: A, peeled: undefined }],
      ['refs/tags/t/x', { id: B, peeled: A }],
    ]);
  });

  it('may be none', () => {
    expect(parseRefList('')).toEqual({ refs: new Map(), head: undefined });
  });
});

describe('the report of a push', () => {
  it('tells for each ref whether it was accepted, and else why', () => {
    const report = parsePushReport(
      [
        'To https://example.com/a.git',
        `*\t${A}:refs/tags/t/new\t[new tag]`,
        `+\t${A}:refs/tags/t/moved\t${B.slice(0, 7)}...${A.slice(0, 7)} (forced update)`,
        `=\t${A}:refs/tags/t/same\t[up to date]`,
        `!\t${A}:refs/tags/t/stale\t[rejected] (stale info)`,
        `!\t${A}:refs/tags/t/refused\t[remote rejected] (pre-receive hook declined)`,
        'Done',
        '',
      ].join('\n'),
    );
    expect([...report]).toEqual([
      ['refs/tags/t/new', undefined],
      ['refs/tags/t/moved', undefined],
      ['refs/tags/t/same', undefined],
      ['refs/tags/t/stale', { reason: 'stale info', byServer: false }],
      ['refs/tags/t/refused', { reason: 'pre-receive hook declined', byServer: true }],
    ]);
  });

  it('counts the worst where there are several push URLs', () => {
    const [yes, no] = [`*\t${A}:refs/tags/x\t[new tag]`, `!\t${A}:refs/tags/x\t[rejected] (stale info)`];
    expect(parsePushReport(`${yes}\n${no}\n`).get('refs/tags/x')?.reason).toBe('stale info');
    expect(parsePushReport(`${no}\n${yes}\n`).get('refs/tags/x')?.reason).toBe('stale info');
  });

  it('leaves out a ref of which the server gave no reason', () => {
    const [yes, nothing, no] = [
      `*\t${A}:refs/tags/x\t[new tag]`,
      `!\t${A}:refs/tags/x\t[remote failure] (remote failed to report status)`,
      `!\t${A}:refs/tags/x\t[rejected] (stale info)`,
    ];
    expect([...parsePushReport(nothing)]).toEqual([]);
    expect([...parsePushReport(`${yes}\n${nothing}\n`)]).toEqual([]);
    expect(parsePushReport(`${nothing}\n${no}\n`).get('refs/tags/x')?.reason).toBe('stale info');
  });

  it('quotes the server, not git', () => {
    expect(
      serverLines(
        'remote: =====\nremote: \nremote: Only maintainers may.        \nremote: Ask them.\nTo /tmp/x\nerror: failed to push some refs\n',
      ),
    ).toEqual(['Only maintainers may.', 'Ask them.']);
  });
});

describe('a message', () => {
  it.each([
    [
      "fatal: unable to access 'https://user:pa:ss@example.com/a.git/': 403",
      "fatal: unable to access 'https://example.com/a.git/': 403",
    ],
    ['https://user:p@ss@example.com/a', 'https://example.com/a'],
    ['ssh://git@example.com/a and git@example.com:a', 'ssh://example.com/a and git@example.com:a'],
  ])('holds no credentials: %s', (text, clean) => {
    expect(redact(text)).toBe(clean);
  });
});
