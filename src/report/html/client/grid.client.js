/**
 * The matrix as a grid (WAI-ARIA 1.2, grid pattern): one tab stop, arrow keys, rows drawn as it scrolls. All rows have
 * the same height, so that a row's place is a product.
 */
/* global document, requestAnimationFrame, ResizeObserver */
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

export class Grid {
  items = [];
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
    new ResizeObserver(() => this.draw()).observe(box);
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
    const { items, height, box, body } = this;
    const first = this.printing ? 0 : Math.max(0, Math.floor(box.scrollTop / height) - BEYOND);
    const most = this.printing ? PRINTED : Math.ceil(box.clientHeight / height) + 2 * BEYOND;
    const last = Math.min(items.length, first + most);
    const kept = new Map();
    const rows = [];
    for (let i = first; i < last; i++) {
      const row = this.drawn.get(i) ?? this.makeRow(i);
      kept.set(i, row);
      rows.push(row);
    }
    this.drawn = kept;
    const above = this.printing ? 0 : first * height;
    const below = this.printing ? 0 : (items.length - last) * height;
    const focused = this.hasFocus();
    body.replaceChildren(
      ...(above > 0 ? [this.filler(above)] : []),
      ...rows,
      ...(below > 0 ? [this.filler(below)] : []),
    );
    this.placeStop();
    if (focused) this.cellAt(this.at, this.column)?.focus({ preventScroll: true });
  }

  hasFocus() {
    return this.table.contains(document.activeElement) && document.activeElement !== document.body;
  }

  filler(height) {
    const cell = element('td', { colSpan: this.data.rules.length + 1 });
    const row = element('tr', { className: 'fill', 'aria-hidden': 'true' }, cell);
    row.style.height = `${height}px`;
    return row;
  }

  makeRow(i) {
    const item = this.items[i];
    const row = item.group === undefined ? this.computerRow(item) : this.groupRow(item);
    row.setAttribute('aria-rowindex', String(i + 2));
    row.dataset.i = String(i);
    return row;
  }

  computerRow({ row, inGroup }) {
    const made = element('tr', { className: inGroup ? 'row in-group' : 'row' }, hostHeading(row));
    for (let column = 0; column < row.cells.length; column++) made.append(this.cell(row, column));
    return made;
  }

  cell(row, column) {
    const { data } = this;
    const index = row.cells[column];
    if (index < 0) return element('td', {}, '–');
    const seen = shown(seenText(data.result, index));
    const cell = element('td', { className: `cell ${row.looks[column]}`, id: cellId(data, row, column) });
    cell.setAttribute('aria-label', `${shown(row.called)} ${data.rules[column].label} ${lowered(seen)}`);
    if (this.chosen?.row === row && this.chosen.column === column) cell.setAttribute('aria-selected', 'true');
    cell.append(element('span', {}, seen));
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
        ? element('td', { className: `sum ${look}` }, `${failing}/${tried}`)
        : element(
            'td',
            { className: `cell ${look}` },
            element('span', {}, tried === 0 ? 'not tried' : words),
          );
    cell.setAttribute('aria-label', `${shown(group)} ${rule.label} ${words}`);
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
