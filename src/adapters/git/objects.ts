/** Single objects of a repository, as git knows them now. */
import { lastingGit } from './lasting-git.ts';
import { createBatchParser } from './history/batch-parser.ts';

const MISSING_ID = /^[0-9a-f]{40,64}(?:\^\{commit\})? missing$/;

/**
 * Git's reply to each name: `<id> <type> <size>`, `<name> missing` or `<name> ambiguous`. Names are without newlines.
 */
export const lookUpIn = lastingGit<string>({
  args: ['cat-file', '--batch-check'],
  createParser() {
    let rest = '';
    return (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      return lines;
    };
  },
  isMissing: (answer) => MISSING_ID.test(answer), // refs, which may be missing, are read anew each time
});

/** The contents of a few objects, by their ids; all of them are held in memory. */
export const contentsIn = lastingGit({
  args: ['cat-file', '--batch'],
  createParser: createBatchParser,
  isMissing: (content) => 'missing' in content,
});
