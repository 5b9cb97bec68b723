/** Mutants of reading the catalogue: globs, layouts, the walk through history; of what a step tells, and how it is kept. */
import type { Mutant } from './mutant.ts';

const GLOBS = [
  'test/unit/core/catalogue/configuration/glob.test.ts',
  'test/unit/core/catalogue/configuration/configuration.test.ts',
];
const LAYOUT = ['test/unit/core/catalogue/reading/layouts.test.ts'];
const WALK = ['test/unit/core/catalogue/walk-problems.test.ts'];
const STEPS = ['test/unit/core/events/step-changes.test.ts', 'test/unit/core/events/renames.test.ts'];
const ARCHIVE = ['test/unit/core/events/log/event-archive.test.ts'];
const TEMPLATE = ['test/unit/core/requests/template.test.ts'];

export const CATALOGUE_MUTANTS: readonly Mutant[] = [
  {
    name: 'globs: the most alternatives are one too many',
    file: 'src/core/catalogue/configuration/glob.ts',
    right: 'if (all.length * rests.length > MAX_ALTERNATIVES)',
    wrong: 'if (all.length * rests.length >= MAX_ALTERNATIVES)',
    tests: GLOBS,
  },
  {
    name: 'globs: more alternatives than are taken',
    file: 'src/core/catalogue/configuration/glob.ts',
    right: 'if (all.length * rests.length > MAX_ALTERNATIVES)',
    wrong: 'if (all.length * rests.length > MAX_ALTERNATIVES + 1)',
    tests: GLOBS,
  },
  {
    name: 'globs: the longest one is too long',
    file: 'src/core/catalogue/configuration/globs.ts',
    right: 'if (pattern.length > MAX_GLOB_LENGTH)',
    wrong: 'if (pattern.length >= MAX_GLOB_LENGTH)',
    tests: GLOBS,
  },
  {
    name: 'globs: one that is too long is taken',
    file: 'src/core/catalogue/configuration/globs.ts',
    right: 'if (pattern.length > MAX_GLOB_LENGTH)',
    wrong: 'if (pattern.length > MAX_GLOB_LENGTH + 1)',
    tests: GLOBS,
  },
  {
    name: 'globs: as many wild ones as are taken are too many',
    file: 'src/core/catalogue/configuration/globs.ts',
    right: 'if (wild <= mostWild)',
    wrong: 'if (wild < mostWild)',
    tests: GLOBS,
  },
  {
    name: 'layout: a map of teams that all say nothing is no map of teams',
    file: 'src/core/catalogue/reading/layout.ts',
    right: 'items.some((item) => item === null || isMapping(item))',
    wrong: 'items.some((item) => isMapping(item))',
    tests: LAYOUT,
  },
  {
    name: 'layout: a team of a map that says nothing is no team',
    file: 'src/core/catalogue/reading/layout.ts',
    right: 'add(team ?? {}, ',
    wrong: 'add(team, ',
    tests: LAYOUT,
  },
  {
    name: 'layout: a document holds one team too many',
    file: 'src/core/catalogue/reading/layout.ts',
    right: 'if (found.length >= MAX_TEAMS)',
    wrong: 'if (found.length > MAX_TEAMS)',
    tests: LAYOUT,
  },
  {
    name: 'layout: a document may not hold the most teams',
    file: 'src/core/catalogue/reading/layout.ts',
    right: 'if (found.length >= MAX_TEAMS)',
    wrong: 'if (found.length >= MAX_TEAMS - 1)',
    tests: LAYOUT,
  },
  {
    name: 'layout: the deepest child team is too deep',
    file: 'src/core/catalogue/reading/layout.ts',
    right: 'if (depth > MAX_CHILD_DEPTH)',
    wrong: 'if (depth >= MAX_CHILD_DEPTH)',
    tests: LAYOUT,
  },
  {
    name: 'layout: a child team that is too deep is taken',
    file: 'src/core/catalogue/reading/layout.ts',
    right: 'if (depth > MAX_CHILD_DEPTH)',
    wrong: 'if (depth > MAX_CHILD_DEPTH + 1)',
    tests: LAYOUT,
  },
  {
    name: 'walk: other problems of the same file are those that were known',
    file: 'src/core/catalogue/walk.ts',
    right: 'a.length === b.length && a.every(({ message }, index) => message === b[index]?.message);',
    wrong: 'a.length === b.length;',
    tests: WALK,
  },
  {
    name: 'walk: more problems of the same file are those that were known',
    file: 'src/core/catalogue/walk.ts',
    right: 'a.length === b.length && a.every(({ message }, index) => message === b[index]?.message);',
    wrong: 'a.every(({ message }, index) => message === b[index]?.message);',
    tests: WALK,
  },
  {
    name: 'walk: the same problems seen again are new',
    file: 'src/core/catalogue/walk.ts',
    right: 'const isNew = known?.blob !== after.blob || !sameProblems(known.problems, problems);',
    wrong: 'const isNew = known?.blob !== after.blob || problems.length > 0;',
    tests: WALK,
  },
  {
    name: 'steps: two teams take over one id',
    file: 'src/core/events/step-changes.ts',
    right: 'before.has(earlier) && !after.has(earlier) && !taken.has(earlier);',
    wrong: 'before.has(earlier) && !after.has(earlier);',
    tests: STEPS,
  },
  {
    name: 'steps: a team takes over an id that is still there',
    file: 'src/core/events/step-changes.ts',
    right: 'before.has(earlier) && !after.has(earlier) && !taken.has(earlier);',
    wrong: 'before.has(earlier) && !taken.has(earlier);',
    tests: STEPS,
  },
  {
    name: 'steps: a team that was there before takes over an id',
    file: 'src/core/events/step-changes.ts',
    right: 'previously.length > 0 && !before.has(id),',
    wrong: 'previously.length > 0,',
    tests: STEPS,
  },
  {
    name: 'steps: the last team by id takes over',
    file: 'src/core/events/step-changes.ts',
    right: 'appeared.sort((a, b) => byCodeUnits(a.id, b.id))',
    wrong: 'appeared.sort((a, b) => byCodeUnits(b.id, a.id))',
    tests: STEPS,
  },
  {
    name: 'steps: the changed fields of a rename are not sorted',
    file: 'src/core/events/step-changes.ts',
    right: 'changes.sort((a, b) => byCodeUnits(a.field, b.field));',
    wrong: '',
    tests: STEPS,
  },
  {
    name: 'template: a variable may end in _FILE',
    file: 'src/core/requests/template.ts',
    right: "if (!VARIABLE.test(variable) || variable.endsWith('_FILE')) {",
    wrong: 'if (!VARIABLE.test(variable)) {',
    tests: TEMPLATE,
  },
  {
    name: 'template: what looks like a variable in a url is sent',
    file: 'src/core/requests/template.ts',
    right: String.raw`(isUrl ? /\{+[^{}\0]*\}*|\}/ :`,
    wrong: String.raw`(isUrl ? /\{+[^{}\0]*\}+/ :`,
    tests: TEMPLATE,
  },
  {
    name: 'template: two clients share a variable',
    file: 'src/core/requests/template.ts',
    right: "client.toUpperCase().replaceAll('-', '_')}__${variable}`",
    wrong: "client.toUpperCase().replaceAll('-', '_')}_${variable}`",
    tests: TEMPLATE,
  },
  {
    name: 'archive: texts that a step shares go with its first event',
    file: 'src/core/events/log/step-event.ts',
    right: 'if (this.#index === step.count - 1) step.texts',
    wrong: 'if (this.#index === 0) step.texts',
    tests: ARCHIVE,
  },
  {
    name: 'archive: the first event of a block is looked for in the block before',
    file: 'src/core/events/log/event-archive.ts',
    right: '(places[middle] ?? 0) <= place',
    wrong: '(places[middle] ?? 0) < place',
    tests: ARCHIVE,
  },
  {
    name: 'archive: an event of another step has what the one before shared',
    file: 'src/core/events/log/event-archive.ts',
    right: 'if (shared === events[index - 1]?.shared)',
    wrong: 'if (index > 0)',
    tests: ARCHIVE,
  },
];
