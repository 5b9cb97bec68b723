/** Notes about the clients of a dry run. */
import type { Console } from '../../adapters/process/terminal/console.ts';
import { requiredVariables } from '../../core/clients/binding/bind-client.ts';
import { adviceOn } from '../../core/clients/file/client-advice.ts';
import type { ClientsFile } from '../../core/clients/file/clients-file.ts';

/** Reports which clients are left out, and what the others will need in a run. */
export function noteClients(
  { clients, misconfigured }: ClientsFile,
  path: string,
  timeoutMs: number,
  console: Console,
): void {
  for (const { name, line, problems } of misconfigured) {
    for (const problem of problems)
      console.note(`${path}:${problem.line}:${problem.column}: client ${name}: ${problem.message}`);
    if (problems.length === 0) console.note(`${path}:${line}: client ${name} is misconfigured`);
  }
  for (const client of clients) {
    for (const { line, message } of adviceOn(client, timeoutMs))
      console.note(`${path}:${line}: client ${client.name}: ${message}`);
  }
  const needed = clients.flatMap(requiredVariables);
  if (needed.length > 0) console.note(`variables that a run will need: ${needed.join(', ')}`);
}
