/** The schema of what a subscription says of its request, and of the answers to it. */
import * as v from 'valibot';
import { EACH } from '../../../requests/language/shape.ts';
import { mappingOf, strictMapping } from '../../../yaml/checked-file.ts';
import { anyCase, filledText, text, URL_KEYWORDS } from './template-schema.ts';

const MAX_FINDS = 3;
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const CONTENT_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(?:; ?charset=utf-8)?$`);
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers that the program sets, or that belong to the connection. */
const RESERVED =
  /^(?:webhook-.*|ce-.*|content-.*|host|user-agent|idempotency-key|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|expect|date)$/i;

export const headers = v.pipe(
  mappingOf(
    v.pipe(
      v.string(),
      v.regex(HEADER, 'this is not a header name'),
      v.check((header) => !RESERVED.test(header), 'this header is set by team-events itself'),
      v.metadata({ not: { pattern: anyCase(RESERVED.source) } }),
    ),
    filledText,
    'expected a mapping of header names to texts, such as { X-Sender: teams }',
  ),
  v.description(
    'Sent with each request; ${VARIABLES} of this client and ${paths} into the event are filled in.',
  ),
);
export const query = v.pipe(
  mappingOf(v.string(), filledText, 'expected a mapping of names to texts, such as { ref: main }'),
  v.description(
    'Added to the url, encoded; ${VARIABLES} of this client and ${paths} into the event are filled in.',
  ),
);

function answers(first: number, last: number, example: number) {
  const expected = `expected a status such as ${example}, or { status: ${example}, body: "text" }`;
  const status = v.pipe(
    v.number(expected),
    v.integer(expected),
    v.minValue(first, expected),
    v.maxValue(last, expected),
  );
  const answer = strictMapping({
    status: v.pipe(status, v.description('The status of the answer.')),
    body: v.pipe(text, v.description('A piece of its body, in the first 64 KiB.')),
  });
  return v.array(v.union([status, answer], expected), 'expected a list of statuses, such as [201, 204]');
}
export const success = v.pipe(
  answers(200, 299, 201),
  v.nonEmpty('expected a status such as 201'),
  v.description('The only answers of 2xx that count as accepted. Absent: all of them.'),
);
export const done = v.pipe(
  answers(400, 599, 409),
  v.description('More answers that count as accepted, because the receiver already has the change.'),
);

const find = v.pipe(
  mappingOf(
    v.pipe(v.string(), v.regex(/^[a-z][A-Za-z0-9_]*$/, 'expected a name of letters and digits')),
    strictMapping({
      url: v.pipe(
        text,
        v.metadata(URL_KEYWORDS),
        v.description('What is asked first, by GET: https://host/path, filled in as the url is.'),
      ),
      at: v.pipe(text, v.description('The path of the value in the answer, such as [0].id.')),
      none: v.optional(
        v.pipe(
          v.picklist(['done', 'fail'], 'expected done or fail'),
          v.description('What nothing found means: there is nothing to do, or the event cannot be sent now.'),
        ),
        'fail',
      ),
    }),
    'expected a mapping of names to what is to be found',
  ),
  v.check((one) => Object.keys(one).length <= MAX_FINDS, `expected at most ${MAX_FINDS}`),
  v.metadata({ maxProperties: MAX_FINDS }),
  v.description('What is asked of the receiver first; ${found.NAME} is its value.'),
);

export const requestEntries = {
  body: v.optional(
    v.pipe(
      v.unknown(),
      v.check((one) => one !== null, 'expected a body, or none'),
      v.metadata({ not: { type: 'null' } }),
      v.description(
        'The body in the receiver’s own shape, with ${paths} into the event (docs/clients.md); none: without one.',
      ),
    ),
  ),
  contentType: v.optional(
    v.pipe(
      text,
      v.regex(CONTENT_TYPE, 'expected a content type, such as application/merge-patch+json'),
      v.description('Of the body; application/json if absent.'),
    ),
  ),
  each: v.optional(
    v.pipe(
      v.picklist(EACH, `expected one of ${EACH.join(', ')}`),
      v.description('One request for each of these members, in order; ${each.id} is its id.'),
    ),
  ),
  find: v.optional(find, {}),
};
