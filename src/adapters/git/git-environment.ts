/** The environment of the commands that read a repository. */

/** Of the caller's variables none says what git is to do, and none holds a secret; simple-git lets no program be named. */
const LEFT_OUT = /^(?:GIT_.*|TEAM_EVENTS_.*|EDITOR|PAGER|PREFIX|SSH_ASKPASS|VISUAL)$/i;

/** No configuration but that of the view; and what git prints comes in large pieces, not one for each commit. */
export const READING = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_FLUSH: '0',
};

/** Those of the process that are no business of git, and these. */
export function gitEnvironment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name));
  return { ...Object.fromEntries(own), ...READING, ...variables };
}
