/** The forges by name. To add one: a file beside this one, its name in FORGE_NAMES, and a line here. */
import type { Forge } from './forge.ts';
import type { ForgeName } from './forge-names.ts';
import type { ForgeSettings } from './forge-http.ts';
import { openGitHub } from './github.ts';
import { openGitLab } from './gitlab.ts';

type OpenForge = (environment: NodeJS.ProcessEnv, settings: ForgeSettings) => Forge;

const FORGES: Readonly<Record<ForgeName, OpenForge>> = { gitlab: openGitLab, github: openGitHub };

/** From the variables that its CI sets. @throws {ForgeError} if one is missing */
export const openForge = (name: ForgeName, environment: NodeJS.ProcessEnv, settings: ForgeSettings): Forge =>
  FORGES[name](environment, settings);
