/** What the page can do beyond reading. It is complete without: this part starts all others. */
/* global document, window, setTimeout, requestAnimationFrame */
import { copy } from './element.client.js';
import { FlowTable } from './flows.client.js';
import { Matrix } from './matrix.client.js';
import { readResult } from './result.client.js';
import { makeData } from './rows.client.js';

let matrix = null;

for (const button of document.querySelectorAll('button.copy, button.copy-block')) button.hidden = false;
document.addEventListener('click', (event) => {
  const button = event.target.closest?.('button.copy, button.copy-block');
  if (button === null || button === undefined) return;
  const source =
    button.dataset.copies === undefined
      ? button.previousElementSibling
      : document.getElementById(button.dataset.copies);
  void copy(source.textContent.trim(), button);
});

/** A link may lead to a cell, or into a closed part of the page. */
function follow() {
  const id = window.location.hash.slice(1);
  if (matrix?.follow(id)) return;
  const target = id === '' ? null : document.getElementById(id);
  if (target === null) return;
  for (let at = target; at !== null; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
  target.scrollIntoView();
}
window.addEventListener('hashchange', follow);
// The same link once more opens again what was closed in between.
document.addEventListener('click', (event) => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link !== null && link !== undefined && link.hash === window.location.hash) follow();
});

/** Says in words where a table does not fit. */
function hint() {
  for (const one of document.querySelectorAll('.scroll-hint')) {
    const box = one.previousElementSibling;
    one.hidden = box.scrollWidth <= box.clientWidth + 1;
  }
}
window.addEventListener('resize', hint);
document.addEventListener('toggle', hint, true);

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

async function start() {
  follow();
  hint();
  let result;
  try {
    result = await readResult();
  } catch {
    // The page stays as it is without a script; an old browser cannot decompress.
    document.documentElement.dataset.ready = 'no';
    return;
  }
  const flows = document.getElementById('flow-table');
  if (flows !== null) new FlowTable(result, flows);
  if (document.getElementById('grid') !== null) matrix = new Matrix(makeData(result));
  if (window.location.hash !== '') matrix?.follow(window.location.hash.slice(1));
  document.documentElement.dataset.ready = 'yes';
}
// The first screen is painted before the result is read.
if (document.hidden) setTimeout(start);
else requestAnimationFrame(() => setTimeout(start));
