/** The command that shows what is wrong with the files of the operator, for people to copy. */
import { BrokenFileError } from '../../errors.ts';
import { commandLine } from './command-line.ts';

/** The options that name the files, as on the command line. */
export interface CheckedPlace {
  readonly repo: string;
  readonly clients?: string | undefined;
  readonly config?: string | undefined;
  readonly policy?: string | undefined;
}

/** For a file that cannot be used. */
export const checkLines = ({ repo, clients, config, policy }: CheckedPlace): readonly string[] => [
  'Correct it. To see whether it is right then:',
  `  ${commandLine(['check'], {
    '-C': repo === '.' ? undefined : repo,
    '--clients': clients,
    '--config': config,
    '--policy': policy,
  })}`,
];

/** An error as it is, but that of a file that cannot be used with what to do about it. */
export const withCheck = (error: unknown, place: CheckedPlace): unknown =>
  error instanceof BrokenFileError ? error.advised(checkLines(place)) : error;
