/** The examples of `--help`. */

export type Example = readonly [line: string, what: string];

export const PROGRAM_EXAMPLES: readonly Example[] = [
  [
    'team-events --print-events',
    'dry run of the last change: its events, and with --clients who would get them',
  ],
  [
    'team-events --cursor tag:team-events --init',
    'the first run: each client begins where the clients file says',
  ],
  ['team-events --cursor tag:team-events', 'each later run: sends each client what is pending for it'],
  ['team-events status --cursor tag:team-events', 'who is behind, and why'],
];

/** By command; the names of commands in commands are joined by a space. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  init: [
    ['team-events init', 'shows what it found and would write; at a terminal asks, and writes it'],
    ['team-events init --yes --ci gitlab', 'writes it without asking, with the file for GitLab CI'],
  ],
  doctor: [
    [
      'team-events doctor --cursor tag:team-events',
      'tries all that a run needs, and only connects to receivers',
    ],
    [
      'team-events doctor --client gitlab-groups --send',
      'also sends a sample event to each endpoint of one client',
    ],
  ],
  notify: [
    [
      'team-events --print-events',
      'dry run of the last commit that touched a team; nothing is sent or written',
    ],
    [
      'team-events --print-events --clients clients.yml main~5..main',
      'the same of five commits, and who would get what',
    ],
    [
      'team-events --cursor tag:team-events --init',
      'the first run: each client begins where the clients file says',
    ],
    ['team-events --cursor tag:team-events', 'each later run: sends each client what is pending for it'],
    ['team-events --from HEAD~1 --clients clients.yml', 'without cursors: sends the events of one commit'],
  ],
  replay: [
    [
      'team-events replay --since 2026-01-05 --client gitlab-groups',
      'shows what this client was sent since that day',
    ],
    ['team-events replay main~5..main --client gitlab-groups --execute', 'sends it again, with the same ids'],
  ],
  status: [
    ['team-events status --cursor tag:team-events', 'a table of clients, the worst first'],
    [
      'team-events status --cursor tag:team-events --client gitlab-groups --events',
      'what waits for one client',
    ],
    [
      'team-events status --cursor tag:team-events --check --late-after 24h',
      'for monitoring: fails for clients behind by a day',
    ],
  ],
  explain: [
    ['team-events explain payments', 'what happened to a team, by which commits and authors'],
    [
      'team-events explain evt_0123456789abcdef0123456789abcdef --cursor tag:team-events',
      'what an event was, and who was sent it',
    ],
  ],
  'cursor show': [
    ['team-events cursor show --cursor tag:team-events', 'where each client is'],
    [
      'team-events cursor show gitlab-groups --cursor tag:team-events --format json',
      'one client, for programs',
    ],
  ],
  'cursor set': [
    [
      'team-events cursor set gitlab-groups HEAD~3 --cursor tag:team-events',
      'shows what would be sent again, or left out',
    ],
    [
      'team-events cursor set gitlab-groups snapshot --cursor tag:team-events --execute',
      'has it sent the whole catalogue by the next run',
    ],
  ],
  'cursor unlock': [
    ['team-events cursor unlock gitlab-groups --cursor tag:team-events', 'shows which run holds the client'],
    [
      'team-events cursor unlock gitlab-groups --cursor tag:team-events --execute',
      'frees it, if that run is dead',
    ],
  ],
  check: [
    ['team-events check', 'every problem of teams, clients and policy, with its line'],
    ['team-events check --base origin/main', 'in a merge request: also what merging would send to whom'],
    ['team-events check --base origin/main --format gitlab', 'as a Code Quality report'],
    [
      'team-events check --base origin/main --comment gitlab',
      'also as a note in the merge request, kept current',
    ],
  ],
  report: [
    [
      'team-events report --journal journal.ndjson --status status.json > report.html',
      'one page of attempts and of who is behind',
    ],
  ],
  schema: [
    [
      'team-events schema team > team.schema.json',
      'for an editor: completion and errors in the team files of this repository',
    ],
    [
      'team-events schema clients > clients.schema.json',
      'for an editor: completion and errors in clients.yml',
    ],
    ['team-events schema openapi', 'the requests, for those who write a receiver'],
  ],
  completion: [
    [
      'team-events completion bash > ~/.local/share/bash-completion/completions/team-events',
      'for bash, with the package bash-completion',
    ],
    ['team-events completion zsh > ~/.team-events.zsh', 'for zsh: source it in ~/.zshrc, after compinit'],
    ['team-events completion fish > ~/.config/fish/completions/team-events.fish', 'for fish'],
  ],
  listen: [
    ['team-events listen', 'prints each request that arrives on port 8787'],
    ['team-events listen --respond 503,503,200', 'refuses two requests, then accepts'],
    ['team-events listen --forward 3000', 'shows requests, and passes them on to a program on port 3000'],
  ],
  send: [
    ['team-events send', 'a sample of each event to team-events listen, on this machine'],
    [
      'team-events send --to http://127.0.0.1:3000/events --allow-host 127.0.0.1',
      'a sample of each event, to a program on this machine',
    ],
    [
      'team-events send --client gitlab-groups --type team.created',
      'one sample, as this client would get it',
    ],
    ['team-events send events.ndjson --client gitlab-groups', 'events that were kept, again'],
  ],
};
