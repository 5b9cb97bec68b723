/** What happened in a schedule, line by line, for whoever has to find out why it failed. */
import type { World } from './world.ts';

export function storyOf({ arrivals, faults, written, clients, history }: World): string {
  const lines: (readonly [at: number, text: string])[] = [];
  const placeOf = new Map(
    [
      ...history.log(-1, history.commits.length - 1),
      ...history.commits.flatMap((_, at) => history.snapshot(at)),
    ]
      .flatMap(({ events }) => events)
      .map(({ id, sequence, type, subject }) => [id, `${sequence} ${type} ${subject}`] as const),
  );
  for (const { client, id, at, begun, batch, answer } of arrivals) {
    const together = batch === undefined ? '' : `, in the batch ${batch}`;
    lines.push([at, `${client} is sent ${id} (${placeOf.get(id)})${together}, begun at ${begun}: ${answer}`]);
  }
  for (const { what, client, from, until } of faults) {
    lines.push([from, `${what} ${client ?? ''} until ${until}`]);
  }
  for (const [client, cursors] of written) {
    for (const { at, cursor } of cursors) {
      const { commit, step, held = [], claim, run } = cursor;
      const partial =
        step &&
        ` of ${step.from?.slice(0, 7)}..${step.to.slice(0, 7)} at ${step.sequence} (${step.sent.join()})`;
      const waiting = held.map(
        ({ team, to, sequence }) => ` holds ${team} of ${to.slice(0, 7)} at ${sequence}`,
      );
      lines.push([
        at,
        `${client} is at ${commit.slice(0, 7)} (${history.commits.indexOf(commit)})${partial ?? ''}${waiting.join('')}, by ${run}${claim ? ', claimed' : ''}`,
      ]);
    }
  }
  for (const { since, wishes } of clients.versions) {
    const entries = [...wishes].map(
      ([name, { start, types, teams, skip, paused, order, parallel, batch = 'none' }]) =>
        `${name}: ${start.slice(0, 8)} ${types.map((type) => type.slice(5)).join()}${skip.length > 0 ? ` skips ${skip.join()}` : ''}${paused ? ' paused' : ''}${order === 'team' ? ` by team, ${parallel}` : ''}${batch === 'none' ? '' : ` batches of ${batch}`}${teams.length > 0 ? ` teams ${teams.join()}` : ''}`,
    );
    lines.push([since, `clients file: ${entries.join('; ')}`]);
  }
  return lines
    .sort(([a], [b]) => a - b)
    .map(([at, text]) => `${String(at).padStart(5)}  ${text}\n`)
    .join('');
}
