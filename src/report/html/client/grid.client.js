/**
 * The matrix as a grid (WAI-ARIA 1.2, grid pattern): one tab stop, arrow keys, rows drawn as it scrolls. All rows have
 * the same height, so that a row's place is a product.
 */
/* global document, getComputedStyle, requestAnimationFrame, ResizeObserver */
import { count, element, shown } from './element.client.js';
import { cellId } from './rows.client.js';
import { hostLabel, seenText } from './texts.client.js';
import { sumOf } from './view.client.js';

/** Rows drawn above and below what is seen. */
const BEYOND = 8;
/** Rows on paper: as many as stand in the page without a script. */
const PRINTED = 200;

function hostHeading(row) {
  const { name, address } = row.host;
  const parts = [];
  if (name !== null) parts.push(element('span', { className: 'name' }, shown(row.called, 80)), ' ');
  if (address !== null) parts.push(element('span', { className: 'addr' }, address));
  return element('th', { scope: 'row', title: shown(hostLabel(row.host)) }, ...parts);
}

function lowered(text) {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Pixels that the box may be high, whatever is in it. */
function tallest(box) {
  return Number.parseFloat(getComputedStyle(box).maxHeight) || box.clientHeight;
}

export class Grid {
  items = [];
  /** The box has been so high, pixels. */
  lowest = 0;
  /** The chosen cell: its computer's row and the column of its rule; null = none. */
  chosen = null;
  /** Where the tab stop is: place of an item (-1 = the headings), and column (0 = the names). */
  at = 0;
  column = 0;

  /** `onOpen(row, column)` for a cell, `onFold(name)` for a group, `onSort(column)` for a heading, `onClose()`. */
  constructor(box, table, data, events) {
    this.box = box;
    this.table = table;
    this.body = table.tBodies[0];
    this.data = data;
    this.events = events;
    this.drawn = new Map();
    /** Rows in the table by what they show, which the next view may show again. */
    this.made = new Map();
    this.above = this.filler();
    this.below = this.filler();
    this.height = this.body.rows[0]?.offsetHeight ?? 32;
    this.printing = false;
    table.setAttribute('role', 'grid');
    table.classList.add('live');
    box.removeAttribute('tabindex');
    let waiting = false;
    box.addEventListener('scroll', () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        this.draw();
      });
    });
    table.addEventListener('keydown', (event) => this.key(event));
    table.addEventListener('click', (event) => this.click(event));
    this.tallest = tallest(box);
    new ResizeObserver(() => {
      this.size();
      this.draw();
    }).observe(box);
  }

  /** What a filter hides does not make the box lower: the page below it stays where it is. */
  size() {
    const { box } = this;
    this.tallest = tallest(box);
    if (this.printing || box.offsetHeight <= this.lowest) return;
    this.lowest = box.offsetHeight;
    box.style.minHeight = `min(${this.lowest}px, 42rem, 80vh)`;
  }

  /** Shows other items from their beginning. */
  show(items) {
    this.items = items;
    this.drawn.clear();
    this.at = Math.min(this.at, items.length - 1);
    this.table.setAttribute('aria-rowcount', String(items.length + 1));
    this.draw();
  }

  /** Draws what is seen. */
  draw() {
    const { items, height, box } = this;
    const first = this.printing ? 0 : Math.max(0, Math.floor(box.scrollTop / height) - BEYOND);
    const most = this.printing ? PRINTED : Math.ceil(this.tallest / height) + 2 * BEYOND;
    const last = Math.min(items.length, first + most);
    const focused = this.hasFocus();
    const drawn = new Map();
    const made = new Map();
    for (let i = first; i < last; i++) {
      const row = this.rowOf(i);
      drawn.set(i, row);
      made.set(items[i].row ?? items[i].group, row);
    }
    Object.assign(this, { drawn, made });
    const above = this.printing ? 0 : first * height;
    const below = this.printing ? 0 : (items.length - last) * height;
    this.above.style.height = `${above}px`;
    this.below.style.height = `${below}px`;
    this.place([...(above > 0 ? [this.above] : []), ...drawn.values(), ...(below > 0 ? [this.below] : [])]);
    this.placeStop();
    if (focused) this.cellAt(this.at, this.column)?.focus({ preventScroll: true });
  }

  /** Rows that stay are left where they are: the browser lays out what is new. */
  place(rows) {
    const wanted = new Set(rows);
    for (const row of [...this.body.rows]) if (!wanted.has(row)) row.remove();
    let next = this.body.firstElementChild;
    for (const row of rows) {
      if (row === next) next = next.nextElementSibling;
      else this.body.insertBefore(row, next);
    }
  }

  hasFocus() {
    return this.table.contains(document.activeElement) && document.activeElement !== document.body;
  }

  filler() {
    const cell = element('td', { colSpan: this.data.rules.length + 1 });
    return element('tr', { className: 'fill', 'aria-hidden': 'true' }, cell);
  }

  /** The row of an item; that of a computer may have been drawn before, the sums of a group change. */
  rowOf(i) {
    const item = this.items[i];
    const known = this.drawn.get(i) ?? (item.row && this.made.get(item.row));
    const row = known ?? (item.row === undefined ? this.groupRow(item) : this.computerRow(item.row));
    if (item.row !== undefined) row.className = item.inGroup ? 'row in-group' : 'row';
    row.setAttribute('aria-rowindex', String(i + 2));
    row.dataset.i = String(i);
    return row;
  }

  computerRow(row) {
    const made = element('tr', {}, hostHeading(row));
    for (let column = 0; column < row.cells.length; column++) made.append(this.cell(row, column));
    return made;
  }

  cell(row, column) {
    const { data } = this;
    const index = row.cells[column];
    if (index < 0) return element('td', {}, '–');
    const seen = shown(seenText(data.result, index));
    const cell = element('td', { className: `cell ${row.looks[column]}`, id: cellId(data, row, column) });
    cell.dataset.word = seen;
    cell.setAttribute('aria-label', `${shown(row.called)} ${data.rules[column].label} ${lowered(seen)}`);
    if (this.chosen?.row === row && this.chosen.column === column) cell.setAttribute('aria-selected', 'true');
    return cell;
  }

  groupRow({ group, members, open }) {
    const name = element(
      'th',
      { scope: 'row', 'aria-expanded': String(open) },
      `${group} (${count(members.length)})`,
    );
    const made = element('tr', { className: open ? 'group open' : 'group' }, name);
    this.data.rules.forEach((rule, column) => made.append(this.sumCell(group, members, rule, column)));
    return made;
  }

  sumCell(group, members, rule, column) {
    const { failing, tried, worst } = sumOf(members, column);
    const words = `${count(failing)} of ${count(tried)} fail`;
    const look = failing > 0 ? worst : worst === 'working' ? 'working' : 'not_observed';
    // A number only where something fails: it must be seen from afar.
    const cell =
      failing > 0
        ? element('td', { className: `sum ${look}` }, `${failing}`, element('span', {}, `/${tried}`))
        : element('td', { className: `cell ${look}`, 'data-word': tried === 0 ? 'not tried' : words });
    // A name holds what is seen of it (WCAG 2.2, 2.5.3).
    const said = failing > 0 ? `${failing}/${tried} fail` : words;
    cell.setAttribute('aria-label', `${shown(group)} ${rule.label} ${said}`);
    return cell;
  }

  cellAt(at, column) {
    const row = at < 0 ? this.table.tHead.rows[0] : this.drawn.get(at);
    return row?.cells[column] ?? null;
  }

  /** The one tab stop. */
  placeStop() {
    this.stop?.removeAttribute('tabindex');
    this.stop = this.cellAt(this.at, this.column);
    if (this.stop !== null) this.stop.tabIndex = 0;
    else if (this.drawn.size > 0) {
      // The tab stop has been scrolled away: the first row that is seen takes its place.
      const [[, row]] = this.drawn;
      this.stop = row.cells[Math.min(this.column, row.cells.length - 1)];
      this.stop.tabIndex = 0;
    }
  }

  /** Brings an item into view without moving the focus. */
  reveal(at) {
    const { box, height } = this;
    const head = this.table.tHead.offsetHeight;
    const top = at * height;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + height > box.scrollTop + box.clientHeight - head)
      box.scrollTop = top + height - box.clientHeight + head;
    this.draw();
  }

  focus(at, column) {
    this.at = Math.max(-1, Math.min(this.items.length - 1, at));
    this.column = Math.max(0, Math.min(this.data.rules.length, column));
    if (this.at >= 0) this.reveal(this.at);
    this.placeStop();
    this.stop?.focus({ preventScroll: true });
    this.stop?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Marks a cell as chosen; `focus` moves the keyboard there. */
  choose(row, column) {
    this.chosen = row === null ? null : { row, column };
    this.drawn.clear();
    this.made.clear();
    this.draw();
  }

  placeOf(row) {
    return this.items.findIndex((item) => item.row === row);
  }

  act(at, column) {
    if (at < 0) this.events.onSort(column);
    else {
      const item = this.items[at];
      if (item.group !== undefined) this.events.onFold(item.group);
      else if (column > 0 && item.row.cells[column - 1] >= 0) this.events.onOpen(item.row, column - 1);
    }
  }

  click(event) {
    const cell = event.target.closest('td, th');
    const row = cell?.closest('tr');
    if (row === null || row === undefined || row.classList.contains('fill')) return;
    event.preventDefault();
    const at = row.dataset.i === undefined ? -1 : Number(row.dataset.i);
    this.at = at;
    this.column = cell.cellIndex;
    this.placeStop();
    this.stop?.focus({ preventScroll: true });
    this.act(at, cell.cellIndex);
  }

  key(event) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / this.height) - 2);
    const end = this.data.rules.length;
    const far = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowDown: [this.at + 1, this.column],
      ArrowUp: [this.at - 1, this.column],
      ArrowRight: [this.at, this.column + 1],
      ArrowLeft: [this.at, this.column - 1],
      PageDown: [this.at + page, this.column],
      PageUp: [Math.max(0, this.at - page), this.column],
      Home: far ? [0, 0] : [this.at, 0],
      End: far ? [this.items.length - 1, end] : [this.at, end],
    };
    const move = moves[event.key];
    if (move !== undefined) this.focus(...move);
    else if (event.key === 'Enter' || event.key === ' ') this.act(this.at, this.column);
    else if (event.key === 'Escape') this.events.onClose();
    else return;
    event.preventDefault();
  }

  print(isOn) {
    this.printing = isOn;
    this.draw();
  }
}
