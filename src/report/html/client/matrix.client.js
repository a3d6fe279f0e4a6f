/** The matrix with its tools: filter, order, folding, the card of a cell, and links that lead to cells and back. */
/* global document, window, history */
import { cellCard } from './cell-card.client.js';
import { count, element } from './element.client.js';
import { Grid } from './grid.client.js';
import { FAILING, cellId, cellOf } from './rows.client.js';
import { countOf, viewOf } from './view.client.js';

/** Computers from which on the rows are folded at first. */
const FOLD_FROM = 100;
/** Pixels between a card that was scrolled to and the edge of the window. */
const MARGIN = 16;

function failingColumns({ ranks }) {
  return [...ranks].flatMap((rank, column) => (rank >= 0 && rank < FAILING ? [column] : []));
}

export class Matrix {
  constructor(data) {
    this.data = data;
    this.card = document.getElementById('cell-card');
    this.status = document.getElementById('matrix-count');
    this.choice = {
      text: '',
      verdict: '',
      owner: '',
      cause: '',
      order: 'worst',
      fold: false,
      open: new Set(),
    };
    this.grid = new Grid(document.getElementById('grid-box'), document.getElementById('grid'), data, {
      onOpen: (row, column) => this.open(row, column, true),
      onFold: (name) => this.fold(name),
      onSort: (column) => this.sort(column),
      onClose: () => this.close(),
    });
    this.tools();
    this.counts('by-verdict', 'verdict');
    this.counts('by-owner', 'owner');
    this.update();
    this.links();
  }

  tools() {
    const fold = document.getElementById('fold');
    if (this.data.rows.length >= FOLD_FROM) fold.value = 'group';
    this.choice.fold = fold.value !== '';
    document.getElementById('matrix-tools').hidden = false;
    document.getElementById('matrix-cut')?.remove();
    const bind = (id, set) => {
      const control = document.getElementById(id);
      control?.addEventListener('input', () => {
        set(control.value);
        // Before rows change: afterwards it would make the browser lay the page out at once.
        this.grid.box.scrollTop = 0;
        this.update();
      });
    };
    bind('find', (value) => (this.choice.text = value));
    document.getElementById('find').addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' && this.choice.text !== '') this.openFirst();
    });
    bind('by-verdict', (value) => (this.choice.verdict = value));
    bind('by-owner', (value) => (this.choice.owner = value));
    bind('by-cause', (value) => (this.choice.cause = value));
    bind('order', (value) => (this.choice.order = value));
    bind('fold', (value) => (this.choice.fold = value !== ''));
  }

  /** Says behind each choice how many computers it leaves. */
  counts(id, name) {
    for (const option of document.getElementById(id)?.options ?? [])
      if (option.value !== '') {
        const found = countOf(this.data, { ...this.choice, [name]: option.value });
        option.textContent = `${option.textContent} (${count(found)})`;
      }
  }

  update() {
    const { items, found } = viewOf(this.data, this.choice);
    this.grid.show(items);
    const all = this.data.rows.length;
    this.status.textContent =
      found === all
        ? `${count(all)} ${all === 1 ? 'computer' : 'computers'}`
        : `${count(found)} of ${count(all)} computers`;
    const headings = [...this.grid.table.tHead.rows[0].cells];
    headings.forEach((heading, column) => {
      const sorted = typeof this.choice.order === 'number' ? column === this.choice.order + 1 : false;
      if (sorted) heading.setAttribute('aria-sort', 'ascending');
      else heading.removeAttribute('aria-sort');
    });
  }

  /** By the verdicts of a rule, worst first; once more: as before. Column 0 are the names. */
  sort(column) {
    const order = document.getElementById('order');
    if (column === 0) this.choice.order = order.value = this.choice.order === 'name' ? 'worst' : 'name';
    else {
      this.choice.order = this.choice.order === column - 1 ? 'worst' : column - 1;
      order.value = 'worst';
    }
    this.update();
  }

  fold(name) {
    if (!this.choice.open.delete(name)) this.choice.open.add(name);
    this.update();
  }

  /** Shows the cells of a cause, as its button asks. */
  showCause(id) {
    const select = document.getElementById('by-cause');
    select.value = id;
    this.choice.cause = id;
    this.update();
    document.getElementById('matrix').scrollIntoView();
    this.grid.focus(0, 0);
  }

  /** @param isNew the address of the page changes with it, so that "back" leads back */
  open(row, column, isNew) {
    const id = cellId(this.data, row, column);
    if (isNew) {
      try {
        history.pushState(null, '', `#${id}`);
      } catch {
        // A page inside another one may not change its address.
      }
    }
    this.grid.choose(row, column);
    const next = this.nextFailing(row, column);
    const onNext = next === null ? null : () => this.openNext(next);
    const card = cellCard(this.data, row, column, `#${id}`, { onClose: () => this.close(), onNext });
    this.card.replaceChildren(card);
    this.revealCard();
  }

  /** Opens the worst cell of the first computer that fits. */
  openFirst() {
    const at = this.grid.items.findIndex(({ row }) => row !== undefined);
    const row = this.grid.items[at]?.row;
    const judged = [...(row?.ranks ?? [])].filter((rank) => rank >= 0);
    if (judged.length === 0) return;
    const column = row.ranks.indexOf(Math.min(...judged));
    this.grid.focus(at, column + 1);
    this.open(row, column, true);
  }

  /** The failing cell after this one of those that fit, the first after the last; null = there is no other. */
  nextFailing(row, column) {
    const rows = this.grid.items.flatMap((item) => item.row ?? (item.open ? [] : item.members));
    const cells = rows
      .filter(({ fails }) => fails)
      .flatMap((one) => failingColumns(one).map((at) => ({ row: one, column: at })));
    const here = cells.findIndex((one) => one.row === row && one.column === column);
    const next = cells[(here + 1) % cells.length];
    return next === undefined || next === cells[here] ? null : next;
  }

  /** The keyboard stays on the button, for the one after. */
  openNext({ row, column }) {
    if (this.grid.placeOf(row) < 0) this.fold(row.group);
    this.grid.reveal(this.grid.placeOf(row));
    this.open(row, column, true);
    const buttons = [...this.card.querySelectorAll('.back button')];
    buttons[0]?.focus({ preventScroll: true });
  }

  /** Scrolls so far that the card is seen, and no further than to its beginning. */
  revealCard() {
    const { top, bottom } = this.card.getBoundingClientRect();
    const below = bottom + MARGIN - window.innerHeight;
    if (below > 0) window.scrollBy(0, Math.min(below, top - MARGIN));
  }

  close() {
    if (this.grid.chosen === null) return;
    const { row, column } = this.grid.chosen;
    this.card.replaceChildren();
    this.grid.choose(null, 0);
    const at = this.grid.placeOf(row);
    if (at >= 0) this.grid.focus(at, column + 1);
  }

  /** Leads to the cell that the address names; false = it names none. */
  follow(hash) {
    const found = cellOf(this.data, hash);
    if (found === null || found.row.cells[found.column] < 0) return false;
    const { row, column } = found;
    if (this.grid.placeOf(row) < 0) this.uncover(row);
    document.getElementById('grid-box').scrollIntoView({ block: 'nearest' });
    this.grid.focus(this.grid.placeOf(row), column + 1);
    this.open(row, column, false);
    return true;
  }

  /** Takes back what hides a row. */
  uncover(row) {
    for (const id of ['find', 'by-verdict', 'by-owner', 'by-cause']) {
      const control = document.getElementById(id);
      if (control !== null) control.value = '';
    }
    Object.assign(this.choice, { text: '', verdict: '', owner: '', cause: '' });
    this.choice.open.add(row.group);
    this.update();
  }

  /** Names of cells that did not stand in the page become links. */
  links() {
    for (const one of document.querySelectorAll('[data-cell]'))
      one.replaceChildren(element('a', { href: `#${one.dataset.cell}` }, one.textContent));
    for (const button of document.querySelectorAll('button.show-cause')) {
      button.hidden = false;
      button.addEventListener('click', () => this.showCause(button.dataset.cause));
    }
    window.addEventListener('beforeprint', () => this.grid.print(true));
    window.addEventListener('afterprint', () => this.grid.print(false));
  }
}
