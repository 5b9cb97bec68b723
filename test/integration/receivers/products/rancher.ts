/** Rancher, source before 2.15: `pkg/apis/management.cattle.io/v3/authz_types.go`; Kubernetes: server-side apply, names of objects. */
import { answer, sorted, type Handler, type Product } from './product.ts';

const API = '/k8s/clusters/local/apis/management.cattle.io/v3/namespaces';
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

interface Applied {
  readonly kind: string;
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly projectName?: string;
  readonly userPrincipalName?: string;
}

export function rancher(): Product {
  /** By namespace and name; a project's own namespace is made with it. */
  const projects = new Set<string>();
  const bindings = new Map<string, string>();
  const missing = (kind: string) =>
    answer(404, { kind: 'Status', reason: 'NotFound', message: `${kind} not found` });
  const status = (namespace: string, name: string) => ({
    metadata: { namespace, name },
    status: { backingNamespace: `${namespace}-${name}` },
  });
  const checked =
    (kind: string, apply: Handler): Handler =>
    (args, body, query) => {
      const [namespace, name = ''] = args;
      const { metadata, ...others } = body as unknown as Applied;
      if (!query.has('fieldManager'))
        return answer(422, { message: 'fieldManager is required for apply patch' });
      if (others.kind !== kind || metadata.namespace !== namespace || metadata.name !== name)
        return answer(400, { message: 'the name of the object does not match the name on the URL' });
      if (!NAME.test(name)) return answer(422, { reason: 'Invalid', message: 'a lowercase RFC 1123 label' });
      return apply(args, body, query);
    };
  return {
    hosts: ['https://rancher.example.com'],
    authorization: 'Bearer t0ken',
    routes: {
      [`PATCH ${API}/:namespace/projects/:name`]: checked('Project', ([namespace = '', name = '']) => {
        const isNew = !projects.has(`${namespace}-${name}`);
        projects.add(`${namespace}-${name}`);
        return answer(isNew ? 201 : 200, status(namespace, name));
      }),
      [`GET ${API}/:namespace/projects/:name`]: ([namespace = '', name = '']) =>
        projects.has(`${namespace}-${name}`) ? answer(200, status(namespace, name)) : missing('projects'),
      [`DELETE ${API}/:namespace/projects/:name`]: ([namespace = '', name = '']) => {
        for (const binding of bindings.keys())
          if (binding.startsWith(`${namespace}-${name}/`)) bindings.delete(binding);
        return projects.delete(`${namespace}-${name}`)
          ? answer(200, { status: 'Success' })
          : missing('projects');
      },
      [`PATCH ${API}/:namespace/projectroletemplatebindings/:name`]: checked(
        'ProjectRoleTemplateBinding',
        ([namespace = '', name = ''], body) => {
          const { projectName = '', userPrincipalName = '' } = body as unknown as Applied;
          if (!projects.has(namespace)) return missing('namespaces');
          if (projectName.replace(':', '-') !== namespace)
            return answer(422, { message: 'projectName is invalid' });
          bindings.set(`${namespace}/${name}`, userPrincipalName.replace(/^.*:\/\//, ''));
          return answer(201, {});
        },
      ),
      [`DELETE ${API}/:namespace/projectroletemplatebindings/:name`]: ([namespace = '', name = '']) =>
        bindings.delete(`${namespace}/${name}`) ? answer(200, { status: 'Success' }) : missing('bindings'),
    },
    teams: () =>
      sorted(
        [...projects].map((project) => [
          project.replace('c-m-abcdefgh-p-', ''),
          [...bindings].filter(([binding]) => binding.startsWith(`${project}/`)).map(([, user]) => user),
        ]),
      ),
  };
}
