/** Fields that hide what is not looked for; they are shown where the script runs. */
import { markup, type Markup, type Part } from './markup.ts';

const TEXTS = { any: 'Search', team: 'Team', person: 'Person' } as const;

/** `content` with the fields `by` above it, and a choice of `types` where there are some. */
export function findable(
  by: readonly (keyof typeof TEXTS)[],
  types: readonly string[],
  content: Part,
): Markup {
  const choice = markup`<label>Type <select name="type"><option value="">all</option>${types.map(
    (type) => markup`<option>${type}</option>`,
  )}</select></label>`;
  return markup`<div data-find><form hidden>${by.map(
    (name) => markup`<label>${TEXTS[name]} <input type="search" name="${name}" autocomplete="off"></label>`,
  )}${types.length > 0 ? choice : undefined}<output></output></form>
${content}</div>
`;
}
