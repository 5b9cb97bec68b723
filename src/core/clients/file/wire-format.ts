/** The formats in which an event can be sent. */

/** Formats that a product requires; their requests are always POST. */
const PRESETS = ['gitlab-pipeline', 'github-dispatch', 'slack'] as const;
export const WIRE_FORMATS = ['json', 'cloudevents', ...PRESETS] as const;
export type WireFormat = (typeof WIRE_FORMATS)[number];

/** Those in which several events make one request. */
export const BATCHED_FORMATS: readonly WireFormat[] = ['json', 'cloudevents', 'slack'];

export const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof METHODS)[number];

export const isPreset = (format: WireFormat): boolean => (PRESETS as readonly WireFormat[]).includes(format);
