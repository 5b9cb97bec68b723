/** The program with all its commands, in the groups in which help lists them. */
import { declareCheckCommands } from './check-commands.ts';
import { declareCursorCommands } from './cursor-commands.ts';
import { declareCompletion } from './help/completion-commands.ts';
import { addHelpTexts } from './help/help-texts.ts';
import { createProgram, type Program } from './program.ts';
import { declareReceiverCommands } from './receiver-commands.ts';
import { declareHistoryCommands, declareRunCommands } from './run-commands.ts';
import { declareSetupCommands } from './setup-commands.ts';

export function declareProgram(): Program {
  const program = createProgram();
  program.commandsGroup('Begin, and find out what is wrong:');
  declareSetupCommands(program);
  program.commandsGroup('Send events:');
  declareRunCommands(program);
  program.commandsGroup('See what was sent, and what waits:');
  declareHistoryCommands(program);
  declareCursorCommands(program);
  program.commandsGroup('Edit teams and clients:');
  declareCheckCommands(program);
  program.commandsGroup('Write a receiver:');
  declareReceiverCommands(program);
  program.commandsGroup('Help:');
  declareCompletion(program);
  program.helpCommand('help [command]', 'the help of a command');
  addHelpTexts(program);
  return program;
}
