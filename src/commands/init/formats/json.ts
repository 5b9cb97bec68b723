/** What `init` found and wrote, for machines: one JSON document. */
import type { InitReport } from '../init-report.ts';

export function initJson({ revision, catalogue, ci, files, next }: InitReport): string {
  const document = {
    version: 1,
    revision,
    catalogue: catalogue === 'own' ? null : catalogue,
    ci: ci ?? null,
    files,
    next,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
