/** Options that several commands take together. Each returns the command, with these options in its type. */
import type { Command, OptionValues } from '@commander-js/extra-typings';
import * as option from './options.ts';

type Declared<Args extends unknown[], Opts extends OptionValues, Global extends OptionValues> = Command<
  Args,
  Opts,
  Global
>;

/** Which cursors and clients, and which history. */
export const withHistory = <A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Declared<A, O, G>,
) =>
  command
    .addOption(option.TO)
    .addOption(option.CURSOR)
    .addOption(option.REMOTE)
    .addOption(option.BRANCH)
    .addOption(option.CLAIM_FOR)
    .addOption(option.CLIENTS)
    .addOption(option.CONFIG)
    .addOption(option.POLICY);

/** Where requests may go, and how hard each is tried. */
export const withDelivery = <A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Declared<A, O, G>,
) =>
  command
    .addOption(option.ALLOW_HOST)
    .addOption(option.TIMEOUT)
    .addOption(option.ATTEMPTS)
    .addOption(option.RETRY_DELAY)
    .addOption(option.GIVE_UP_AFTER);

/** All that commands take that send events of history. */
export const withRun = <A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Declared<A, O, G>,
) =>
  withDelivery(withHistory(command))
    .addOption(option.CLIENT)
    .addOption(option.TYPE)
    .addOption(option.TEAM)
    .addOption(option.ALLOW_REMOVALS)
    .addOption(option.CONCURRENCY)
    .addOption(option.MAX_DURATION)
    .addOption(option.FORMAT)
    .addOption(option.ALL)
    .addOption(option.REPORT)
    .addOption(option.JOURNAL);
