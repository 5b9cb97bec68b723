/** The environment of commands that read a repository. */

/**
 * Variables that are not passed on: those that direct git, that hold secrets, or that name programs (simple-git refuses
 * them).
 */
const LEFT_OUT = /^(?:GIT_.*|TEAM_EVENTS_.*|EDITOR|PAGER|PREFIX|SSH_ASKPASS|VISUAL)$/i;

/** Only the configuration of the view; and git's output in large pieces, not one per commit. */
export const READING = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_FLUSH: '0',
};

/** The process's variables without those, with the settings for reading and the given variables. */
export function gitEnvironment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !LEFT_OUT.test(name));
  return { ...Object.fromEntries(own), ...READING, ...variables };
}
