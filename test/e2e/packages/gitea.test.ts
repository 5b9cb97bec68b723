/** examples/gitea: the workflow is what init writes, and neither it nor the webhook is started by a moved tag. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/core/yaml/yaml-text.ts';
import { teamEvents } from '../../support/program.ts';
import { createRepo, team } from '../../support/sample-repo.ts';

const read = (path: string): string =>
  readFileSync(new URL(`../../../examples/gitea/${path}`, import.meta.url), 'utf8');
const WORKFLOW = '.gitea/workflows/team-events.yml';

/** But for how it is quoted and wrapped. */
function valueOf(text: string): unknown {
  const yaml = parseYaml(text);
  return yaml.ok ? yaml.value.documents[0] : yaml.wrong;
}

describe('examples/gitea', () => {
  it('has the workflow that init writes', async () => {
    const repo = createRepo();
    repo.commit({ 'teams/a.yml': team('a', ['x']) });
    const { code } = await teamEvents(['init', '--yes', '--ci', 'gitea', '-C', repo.directory]);
    expect([code, existsSync(`${repo.directory}/${WORKFLOW}`)]).toEqual([0, true]);
    const written = readFileSync(`${repo.directory}/${WORKFLOW}`, 'utf8');
    expect(valueOf(read(`teams-repo/${WORKFLOW}`))).toEqual(valueOf(written));
  });

  it('starts for pushes of a branch only, as Gitea reads `on`, and for no tag', () => {
    const workflow = valueOf(read(`teams-repo/${WORKFLOW}`)) as { on: Record<string, object> };
    expect(Object.keys(workflow.on['push'] ?? {})).toEqual(['branches']);
    expect(Object.keys(workflow.on)).not.toContain('create');
    const hook = JSON.parse(read('webhook.json')) as { events: string[]; branch_filter: string };
    expect([hook.events, hook.branch_filter]).toEqual([['push'], 'main']);
  });
});
