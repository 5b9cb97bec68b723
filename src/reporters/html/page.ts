/** A page of one file, which asks for nothing: its own policy forbids every request, and it can be read without style and script. */
import { createHash } from 'node:crypto';
import { markup, Markup, type Part } from './markup.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';

/** A state in words, with a mark; the colour only says it again. */
export interface Verdict {
  readonly tone: 'good' | 'bad' | 'wait';
  readonly text: string;
}

export const MARKS = { good: '✓', bad: '✗', wait: '·' } as const;

export interface Page {
  /** What it is about: `status`, `check`. */
  readonly subject: string;
  readonly verdict: Verdict;
  /** In a line below the verdict. */
  readonly about?: Part;
  readonly sections: readonly Part[];
}

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export function page({ subject, verdict, about, sections }: Page): string {
  const policy = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const document = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${MARKS[verdict.tone]} ${verdict.text} - team-events ${subject}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<header>
<p class="name">team-events <span>${subject}</span></p>
<h1 class="${verdict.tone}"><span aria-hidden="true">${MARKS[verdict.tone]}</span> ${verdict.text}</h1>
${about === undefined ? undefined : markup`<p class="about">${about}</p>`}
</header>
<main>
${sections}
</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
  return document.text;
}

/** A part of the page under a heading. */
export const section = (title: string, ...content: readonly Part[]): Markup =>
  markup`<section><h2>${title}</h2>
${content}
</section>
`;

export interface Table {
  readonly caption: string;
  readonly head: readonly string[];
  /** The first cell names its row. */
  readonly rows: readonly (readonly Part[])[];
  /** Which columns are figures, by index. */
  readonly figures?: readonly number[];
  /** On a narrow page each row becomes a block, whose cells say their column: for tables of few rows with long texts. */
  readonly stacks?: boolean;
}

/** Wide ones are scrolled by themselves, also with the keyboard. */
export const table = ({ caption, head, rows, figures = [], stacks = false }: Table): Markup => {
  const kind = (index: number): Part => (figures.includes(index) ? markup` class="figure"` : undefined);
  const label = (index: number): Part => (stacks ? markup` data-label="${head[index] ?? ''}"` : undefined);
  const cells = ([first, ...others]: readonly Part[]): Part =>
    markup`<th scope="row">${first}</th>${others.map((cell, index) => markup`<td${kind(index + 1)}${label(index + 1)}>${cell}</td>`)}`;
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table${stacks ? markup` class="stacks"` : undefined}><caption>${caption}</caption>
<thead><tr>${head.map((name, index) => markup`<th scope="col"${kind(index)}>${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (row) => markup`<tr data-row>${cells(row)}</tr>
`,
  )}</tbody></table></div>
`;
};

/** Opened by whoever wants it, without a script. */
export const folded = (summary: Part, content: Part, isOpen = false): Markup =>
  markup`<details data-group${isOpen ? markup` open` : undefined}><summary>${summary}</summary>
${content}
</details>
`;
