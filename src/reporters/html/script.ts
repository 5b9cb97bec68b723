/**
 * What a page does beyond showing: it hides what is not looked for. Text for browsers, which is put into pages as it stands;
 * without it, the fields for that stay hidden and all else works.
 */
export const SCRIPT = String.raw`
'use strict';
for (const part of document.querySelectorAll('[data-find]')) {
  const form = part.querySelector('form');
  const told = form.querySelector('output');
  const groups = [...part.querySelectorAll('[data-group]')].map((node) => ({ node, wasOpen: node.open, hits: 0 }));
  const byNode = new Map(groups.map((group) => [group.node, group]));
  let rows;
  const read = () =>
    (rows ??= [...part.querySelectorAll('[data-row]')].map((node) => {
      const own = node.closest('[data-team]');
      return {
        node,
        own,
        group: byNode.get(node.closest('[data-group]')),
        any: ((own ? own.dataset.team + '\n' : '') + node.textContent).toLowerCase(),
        type: node.dataset.row,
        team: own ? own.dataset.team.toLowerCase() : '',
        person: [...node.querySelectorAll('bdi')].map((one) => one.textContent.toLowerCase()).join('\n'),
      };
    }));
  const show = () => {
    const wanted = [...new FormData(form)]
      .map(([name, value]) => [name, name === 'type' ? value : value.trim().toLowerCase()])
      .filter(([, value]) => value !== '');
    for (const group of groups) group.hits = 0;
    const teams = new Map();
    let hits = 0;
    for (const row of read()) {
      const isShown = wanted.every(([name, value]) => name === 'type' ? row.type === value : row[name].includes(value));
      if (row.node.hidden === isShown) row.node.hidden = !isShown;
      if (row.own) teams.set(row.own, teams.get(row.own) || isShown);
      if (!isShown) continue;
      hits++;
      if (row.group) row.group.hits++;
    }
    for (const [node, isShown] of teams) if (node.hidden === isShown) node.hidden = !isShown;
    for (const { node, wasOpen, hits: own } of groups) {
      node.hidden = wanted.length > 0 && own === 0;
      const open = wanted.length > 0 && hits <= 200 ? own > 0 : wasOpen;
      if (node.open !== open) node.open = open;
    }
    told.textContent = hits + ' of ' + rows.length + ' shown';
  };
  form.hidden = false;
  form.addEventListener('input', show);
  form.addEventListener('submit', (event) => event.preventDefault());
  setTimeout(read);
}
`;
