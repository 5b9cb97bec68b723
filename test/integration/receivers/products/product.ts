/** What stands in for a product: what its documentation says of its API, and no more. */
import { startApi, type Api, type ApiAnswer } from '../../../support/sample-api.ts';

/** `args`: what stands for `:name` in the path, decoded. */
export type Handler = (
  args: readonly string[],
  body: Readonly<Record<string, unknown>>,
  query: URLSearchParams,
) => ApiAnswer;

export interface Product {
  /** In the examples; the stand-in takes their place. */
  readonly hosts: readonly string[];
  /** `Authorization`, without which all else is refused. */
  readonly authorization: string;
  /** `METHOD /path/:name`; those that want no authorization of their own are marked. */
  readonly routes: Readonly<Record<string, Handler>>;
  readonly open?: readonly string[];
  /** Members by team, as the product has them; absent where it keeps none. */
  readonly teams?: () => Readonly<Record<string, readonly string[]>>;
  /** What else it makes of teams. */
  readonly folders?: () => readonly string[];
}

export const answer = (status: number, body: unknown = ''): ApiAnswer => ({ status, body });
export const refused = (status: number, message: string): ApiAnswer => ({ status, body: { message } });

/** Starts it; `trouble` may answer first. */
export function startProduct(
  product: Product,
  trouble: () => ApiAnswer | undefined = () => undefined,
): Promise<Api> {
  const routes = Object.entries(product.routes).map(([call, handler]) => {
    const [method, path = ''] = call.split(' ');
    return { call, method, path: new RegExp(`^${path.replace(/:\w+/g, '([^/]+)')}$`), handler };
  });
  return startApi(({ method, path, headers, body }) => {
    const [place = '', query = ''] = path.split('?');
    const route = routes.find((one) => one.method === method && one.path.test(place));
    if (route === undefined) return answer(405, `no route for ${method} ${place}`);
    if (!product.open?.includes(route.call) && headers.authorization !== product.authorization)
      return answer(401, { message: 'Unauthorized' });
    const troubled = trouble();
    if (troubled !== undefined) return troubled;
    const args = (route.path.exec(place) ?? []).slice(1).map(decodeURIComponent);
    const isJson = /[/+](json|yaml)$/.test(headers['content-type'] ?? '');
    const parsed = isJson && body !== '' ? (JSON.parse(body) as Record<string, unknown>) : {};
    return route.handler(args, parsed, new URLSearchParams(query));
  });
}

/** As `teams` of a product: sorted by team and member. */
export const sorted = (
  teams: Iterable<readonly [team: string, members: Iterable<string>]>,
): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    [...teams]
      .map(([team, members]) => [team, [...members].sort()] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
