/** Products that take each event and keep no teams. */
import { answer, refused, type Product } from './product.ts';

const isText = (value: unknown, most: number): boolean =>
  typeof value === 'string' && value !== '' && value.length <= most;

/** Microsoft Teams, a webhook of Workflows: it answers before it looks at the card. */
export const microsoftTeams = (): Product => ({
  hosts: [],
  authorization: '',
  open: ['POST /hook'],
  routes: {
    'POST /hook': (_, { type, attachments }) =>
      answer(type === 'message' && Array.isArray(attachments) ? 202 : 400),
  },
});

/** Discord API v10: `specs/openapi.json` of discord-api-spec, `execute_webhook`. */
export const discord = (): Product => ({
  hosts: [],
  authorization: '',
  open: ['POST /hook'],
  routes: {
    'POST /hook': (_, { embeds }) => {
      const [{ author, footer }] = embeds as [{ author: { name: unknown }; footer: { text: unknown } }];
      const fits = isText(author.name, 256) && isText(footer.text, 2048);
      return fits ? answer(204) : answer(400, { message: 'Invalid Form Body', code: 50035 });
    },
  },
});

/** Jenkins 2: `buildWithParameters` of the remote access API; an API token needs no crumb. */
export const jenkins = (): Product => ({
  hosts: ['https://jenkins.example.com'],
  authorization: `Basic ${Buffer.from('team-events:t0ken').toString('base64')}`,
  routes: { 'POST /job/teams/buildWithParameters': () => answer(201) },
});

/** Strimzi Kafka Bridge, source before 1.2: `src/main/resources/openapi.json`, `send`. */
export const strimzi = (): Product => ({
  hosts: ['https://bridge.example.com'],
  authorization: 'Bearer t0ken',
  routes: {
    'POST /topics/team-events': (_, { records }) =>
      Array.isArray(records)
        ? answer(200, { offsets: [{ partition: 0, offset: 7 }] })
        : refused(422, 'invalid'),
  },
});

/** Confluent REST Proxy, source before 8.5, API v3: `api/v3/openapi.yaml`, `produceRecord`. */
export const confluent = (): Product => ({
  hosts: ['https://kafka-rest.example.com'],
  authorization: 'Bearer t0ken',
  routes: {
    'POST /v3/clusters/CLUSTER/topics/team-events/records': (_, { value }) =>
      value === undefined
        ? answer(400, { error_code: 400, message: 'Bad Request' })
        : answer(200, {
            error_code: 200,
            cluster_id: 'CLUSTER',
            topic_name: 'team-events',
            partition_id: 0,
            offset: 7,
          }),
  },
});
