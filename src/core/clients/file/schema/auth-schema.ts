/** The schema of `auth`: how a client shows who it is. */
import * as v from 'valibot';
import { strictMapping } from '../../../yaml/checked-file.ts';
import { scalarText, someScalarText, template, text, URL_KEYWORDS } from './template-schema.ts';

export const GRANTS = ['client_credentials', 'password'] as const;

const oauth2 = v.pipe(
  strictMapping({
    url: v.pipe(text, v.metadata(URL_KEYWORDS), v.description('Where tokens are given: https://host/path.')),
    id: v.pipe(someScalarText, v.description('The id of this client there.')),
    secret: v.optional(v.pipe(scalarText, v.description('Its secret, such as ${SECRET}; may be empty.')), ''),
    grant: v.optional(
      v.pipe(
        v.picklist(GRANTS, `expected one of ${GRANTS.join(', ')}`),
        v.description('How the token is asked for.'),
      ),
      'client_credentials',
    ),
    username: v.optional(v.pipe(someScalarText, v.description('With grant: password.'))),
    password: v.optional(v.pipe(someScalarText, v.description('With grant: password; such as ${PASSWORD}.'))),
    scope: v.optional(
      v.pipe(someScalarText, v.description('What the token is asked for, if not the default.')),
    ),
  }),
  v.check(
    ({ grant, username, password }) =>
      grant === 'password'
        ? username !== undefined && password !== undefined
        : username === undefined && password === undefined,
    'username and password belong to grant: password, and to it alone',
  ),
  v.metadata({ dependentRequired: { username: ['password'], password: ['username'] } }),
  v.description(
    'A token by OAuth 2.0: kept in memory while the run lasts, renewed when it lapses or is refused once.',
  ),
);

export const auth = v.pipe(
  strictMapping({
    bearer: v.optional(v.pipe(template, v.description('The token: Authorization: Bearer TOKEN.'))),
    basic: v.optional(
      v.pipe(
        strictMapping({
          username: v.pipe(someScalarText, v.description('Holds no colon.')),
          password: v.pipe(someScalarText, v.description('Such as ${PASSWORD}.')),
        }),
        v.description('Authorization: Basic, of both in UTF-8.'),
      ),
    ),
    oauth2: v.optional(oauth2),
  }),
  v.check((one) => Object.keys(one).length === 1, 'expected either bearer, basic or oauth2'),
  v.metadata({ oneOf: [{ required: ['bearer'] }, { required: ['basic'] }, { required: ['oauth2'] }] }),
  v.description('The Authorization header: bearer, basic with username and password, or a token by oauth2.'),
);
