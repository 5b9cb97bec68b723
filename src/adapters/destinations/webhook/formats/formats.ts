/** All formats. To add one: a module beside these, its name in wire-format.ts, and a line here. */
import type { WireFormat } from '../../../../core/clients/file/wire-format.ts';
import type { Format } from './format.ts';
import { githubDispatch } from './github-dispatch.ts';
import { gitlabPipeline } from './gitlab-pipeline.ts';
import { cloudevents, json } from './plain.ts';
import { slack } from './slack.ts';

export const FORMATS: Readonly<Record<WireFormat, Format>> = {
  json,
  cloudevents,
  'gitlab-pipeline': gitlabPipeline,
  'github-dispatch': githubDispatch,
  slack,
};
