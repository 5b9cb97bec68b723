/** Reads the texts of an entry, and collects what is wrong with them. */
import { parseTemplate, strayBraces, variablesOf, type Template } from '../../../requests/template.ts';
import type { FileProblem } from '../../../yaml/file-problem.ts';
import type { NodePath, Position } from '../../../yaml/yaml-text.ts';
import { anyValue, placementProblem, urlProblem } from '../url-rules.ts';
import { fill } from '../../../requests/template.ts';

export interface TemplateReader {
  readonly problem: (node: NodePath, message: string) => void;
  readonly lineOf: (node: NodePath) => number;
  /** Text with variables; a problem, and empty, if it is none. */
  template(text: string, node: NodePath): Template;
  /** May name what the event has as well. */
  filled(text: string, node: NodePath): Template;
  /** As {@link filled}, in which no other braces stand. */
  url(text: string, node: NodePath): Template;
  /** Where a template was read. */
  readonly nodeOf: (template: Template) => NodePath;
  /** Everything that is wrong, each thing once, in the order of the file. */
  readonly problems: readonly FileProblem[];
}

export function createTemplateReader(locate: (node: NodePath) => Position): TemplateReader {
  const problems = new Map<string, FileProblem>();
  const nodes = new Map<Template, NodePath>();
  const problem = (node: NodePath, message: string): void => {
    const place = locate(node);
    problems.set(`${place.line} ${place.column} ${message}`, { ...place, message });
  };
  const lineOf = (node: NodePath): number => locate(node).line;

  function read(text: string, node: NodePath, ofEvent: boolean, isUrl = false): Template {
    const line = lineOf(node);
    const parsed = parseTemplate(text, line, ofEvent);
    const wrong = parsed.ok ? strayBraces(parsed.value, isUrl) : parsed.wrong;
    if (wrong !== undefined) problem(node, wrong);
    const template = parsed.ok && wrong === undefined ? parsed.value : { line, parts: [] };
    nodes.set(template, node);
    return template;
  }

  return {
    problem,
    lineOf,
    template: (text, node) => read(text, node, false),
    filled: (text, node) => read(text, node, true),
    url(text, node) {
      const url = read(text, node, true, true);
      if (url.parts.length === 0) return url;
      const misplaced = placementProblem(url);
      const isKnown = variablesOf(url).length === 0;
      const wrong = misplaced ?? (isKnown ? urlProblem(fill(url, anyValue, anyValue)) : undefined);
      if (wrong !== undefined) problem(node, wrong);
      return url;
    },
    nodeOf: (template) => nodes.get(template) ?? [],
    get problems() {
      return [...problems.values()].sort((a, b) => a.line - b.line || a.column - b.column);
    },
  };
}
