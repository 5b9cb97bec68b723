/**
 * The resource type: `team-events-resource check|in|out [FOLDER]`, started by Concourse through the scripts in
 * concourse/resource-type. It reads the request from stdin, writes the answer to stdout and everything else to stderr.
 */
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { runCommand } from '../adapters/process/run-command.ts';
import type { RunContext } from '../adapters/process/run-context.ts';
import { UsageError, type ExitCode } from '../errors.ts';
import { check } from './check.ts';
import { getEvent } from './in.ts';
import { putEvents } from './out.ts';
import { parseOutRequest, parseRequest } from './request.ts';

declare const TEAM_EVENTS_VERSION: string;

async function answer(context: RunContext): Promise<ExitCode> {
  const [, , script, folder] = process.argv;
  addAbortSignal(context.stop.stopping, process.stdin);
  if (script === 'check') return check(parseRequest(await text(process.stdin)), context);
  if ((script !== 'in' && script !== 'out') || !folder) {
    throw new UsageError('expected check, in FOLDER or out FOLDER, and a request on stdin');
  }
  const input = await text(process.stdin);
  return script === 'in'
    ? getEvent(folder, parseRequest(input), context)
    : putEvents(folder, parseOutRequest(input), context);
}

void runCommand('auto', TEAM_EVENTS_VERSION, answer);
