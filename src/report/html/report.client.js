/**
 * What the report can do beyond reading: copy buttons, filter and sort of the flows table, opening what a link
 * leads to and what is printed. The page is complete without it. It never builds markup from text.
 */
/* global document, window, navigator, setTimeout */
(() => {
  'use strict';

  const table = document.getElementById('flow-table');

  async function copy(text, button) {
    const word = button.textContent;
    let copied = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      copied = document.execCommand('copy');
      area.remove();
      button.focus();
    }
    button.textContent = copied ? 'Copied' : 'Select and copy by hand';
    setTimeout(() => {
      button.textContent = word;
    }, 2000);
  }

  for (const button of document.querySelectorAll('button.copy')) {
    button.hidden = false;
    button.addEventListener('click', () => void copy(button.previousElementSibling.textContent, button));
  }
  for (const button of document.querySelectorAll('button.copy-block')) {
    button.hidden = false;
    const source = document.getElementById(button.dataset.copies);
    button.addEventListener('click', () => void copy(source.textContent.trim(), button));
  }

  /** A link may lead into a closed part of the page. */
  function reveal() {
    const id = window.location.hash.slice(1);
    const target = id === '' ? null : document.getElementById(id);
    if (target === null) return;
    for (let at = target; at !== null; at = at.parentElement) {
      if (at.tagName === 'DETAILS') at.open = true;
    }
    target.scrollIntoView();
  }
  window.addEventListener('hashchange', reveal);
  reveal();

  /** Says in words where a table does not fit. */
  const hints = [...document.querySelectorAll('.scroll-hint')];
  function hint() {
    for (const one of hints) {
      const box = one.previousElementSibling;
      one.hidden = box.scrollWidth <= box.clientWidth + 1;
    }
  }
  window.addEventListener('resize', hint);
  document.addEventListener('toggle', hint, true);
  hint();

  const opened = [];
  window.addEventListener('beforeprint', () => {
    for (const details of document.querySelectorAll('details:not([open])')) {
      details.open = true;
      opened.push(details);
    }
  });
  window.addEventListener('afterprint', () => {
    for (const details of opened.splice(0)) details.open = false;
  });

  /** `textOf` is what of a row is searched. */
  function filtering(name, rows, textOf) {
    const input = document.getElementById(`${name}-filter`);
    const status = document.getElementById(`${name}-count`);
    if (input === null) return;
    input.closest('.filter').hidden = false;
    input.addEventListener('input', () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const row of rows) {
        const text = textOf(row).toLowerCase();
        const fits = words.every((word) => text.includes(word));
        row.hidden = !fits;
        if (fits) shown++;
      }
      status.textContent = words.length === 0 ? '' : `${shown} of ${rows.length} rows`;
    });
  }

  /** Of the first headings, all without a limit, a button each. */
  function sorting(table, most = Infinity) {
    const body = table.tBodies[0];
    const collator = new Intl.Collator('en', { numeric: true });
    const headings = [...table.tHead.rows[0].cells].slice(0, most);
    const key = (row, column) => row.cells[column].dataset.v ?? row.cells[column].textContent;
    const compare = (a, b) => {
      const difference = Number(a) - Number(b);
      return Number.isNaN(difference) ? collator.compare(a, b) : difference;
    };
    headings.forEach((heading, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = heading.textContent;
      heading.replaceChildren(button);
      button.addEventListener('click', () => {
        const way = heading.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
        for (const other of headings) other.removeAttribute('aria-sort');
        heading.setAttribute('aria-sort', way === 1 ? 'ascending' : 'descending');
        const rows = [...body.rows].map((row) => ({ row, value: key(row, column) }));
        rows.sort((a, b) => way * compare(a.value, b.value));
        body.append(...rows.map(({ row }) => row));
      });
    });
  }

  if (table !== null) {
    filtering('flow', table.tBodies[0].rows, (row) => row.textContent);
    sorting(table);
  }
  const matrix = document.getElementById('matrix-table');
  if (matrix !== null) {
    const grouped = matrix.querySelector('td.group') !== null;
    const cells = (row) => [...row.cells].slice(0, grouped ? 2 : 1);
    filtering('matrix', matrix.tBodies[0].rows, (row) =>
      cells(row)
        .map((cell) => cell.textContent)
        .join(' '),
    );
    if (grouped) sorting(matrix, 2);
  }
})();
