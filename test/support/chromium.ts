/** Pages in a real browser, where there is one: Debian's `chromium`, headless and without a network. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const HAS_CHROMIUM = spawnSync('chromium', ['--version']).status === 0;

const run = promisify(execFile);

/** What a browser made of the page after its scripts: its document. `flags` are of the browser. */
export async function shownPage(page: string, flags: readonly string[] = []): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'page-'));
  try {
    const path = join(folder, 'page.html');
    writeFileSync(path, page);
    const { stdout } = await run(
      'chromium',
      [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--host-resolver-rules=MAP * ~NOTFOUND',
        `--user-data-dir=${join(folder, 'profile')}`,
        '--virtual-time-budget=20000',
        ...flags,
        '--dump-dom',
        `file://${path}`,
      ],
      { maxBuffer: 64 * 1024 * 1024 },
    );
    return stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The page with a script more, which its policy allows. */
export function withScript(page: string, script: string): string {
  const open = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
  return open.replace(
    '</body>',
    () => `<script>${script.replaceAll('</script', '<\\/script')}</script></body>`,
  );
}
