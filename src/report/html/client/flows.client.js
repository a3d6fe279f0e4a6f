/** The flows table: filter and order over all flows that the result holds, some rows at a time. */
/* global document */
import { count, element, shown, word } from './element.client.js';

/** Rows drawn at first, and with each "more". */
const STEP = 60;

function bytesText(n) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : value.toFixed(0)} ${units[unit]}`;
}

function durationText(seconds) {
  if (!(seconds > 0)) return '0 s';
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(seconds < 0.0095 ? 1 : 0)} ms`;
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  return seconds < 3600
    ? `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(seconds / 3600)} h ${Math.round((seconds % 3600) / 60)} min`;
}

function endText(ip, port, isIcmp) {
  const host = ip.includes(':') && !isIcmp ? `[${ip}]` : ip;
  return isIcmp ? host : `${host}:${port}`;
}

/** A line of the table: what each cell says first and second, and what it is ordered by. */
function lineOf(row, names, labelOf) {
  const flow = Object.fromEntries(names.map((name, i) => [name, row[i]]));
  const isIcmp = flow.proto === 'icmp' || flow.proto === 'icmp6';
  const service =
    flow.service === null
      ? ''
      : `${flow.service}${flow.service_certainty === 'suspected' ? ' (suspected)' : ''}`;
  const proto = flow.proto.toUpperCase();
  const packets = flow.orig_packets + flow.resp_packets;
  return {
    cells: [
      [String(flow.id), '', flow.id],
      [flow.first_time.slice(11, 23), '', flow.first_time],
      [isIcmp ? `${proto} ${flow.orig_port}/${flow.resp_port}` : proto, ''],
      [endText(flow.orig_ip, flow.orig_port, isIcmp), flow.orig_name ?? ''],
      [endText(flow.resp_ip, flow.resp_port, isIcmp), flow.resp_name ?? ''],
      [word('outcome', flow.outcome), `${flow.conn_state} ${flow.history}`],
      [word('class', flow.class), flow.reason],
      [flow.rule === null ? '' : labelOf(flow.rule), service],
      [
        `${count(flow.orig_packets)} / ${count(flow.resp_packets)}`,
        `${bytesText(flow.orig_bytes)} / ${bytesText(flow.resp_bytes)}`,
        packets,
      ],
      [durationText(flow.duration), '', flow.duration ?? -1],
      [`${flow.first_frame}–${flow.last_frame}`, '', flow.first_frame],
    ],
    text: '',
  };
}

function rowOf({ cells }) {
  const row = element('tr', {});
  cells.forEach(([first, second], column) => {
    const cell = element('td', {}, shown(first, 200));
    if (column === 3 || column === 4) cell.className = 'end';
    if (column >= 8) cell.className = 'num';
    if (second !== '') cell.append(element('br', {}), element('i', {}, shown(second, 200)));
    row.append(cell);
  });
  return row;
}

export class FlowTable {
  constructor(result, table) {
    this.table = table;
    this.all = result.flows.length;
    this.result = result;
    this.lines = null;
    this.order = null;
    this.shown = STEP;
    this.more = document.getElementById('flow-more');
    this.input = document.getElementById('flow-filter');
    this.status = document.getElementById('flow-count');
    this.input.closest('.filter').hidden = false;
    this.more.hidden = this.all <= STEP;
    this.input.addEventListener('input', () => {
      this.shown = STEP;
      this.draw();
    });
    this.more.addEventListener('click', () => {
      this.shown += STEP;
      this.draw();
    });
    this.headings();
  }

  /** Made when they are first asked for. */
  allLines() {
    if (this.lines !== null) return this.lines;
    const labels = new Map(this.result.rules.map(({ id, label }) => [id, label]));
    const names = this.result.flow_columns;
    this.lines = this.result.flows.map((row) => lineOf(row, names, (id) => labels.get(id) ?? id));
    for (const line of this.lines) line.text = line.cells.flat().join(' ').toLowerCase();
    return this.lines;
  }

  headings() {
    const cells = [...this.table.tHead.rows[0].cells];
    cells.forEach((heading, column) => {
      const button = element('button', { type: 'button' }, heading.textContent);
      heading.replaceChildren(button);
      button.addEventListener('click', () => {
        const way = heading.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
        for (const other of cells) other.removeAttribute('aria-sort');
        heading.setAttribute('aria-sort', way === 1 ? 'ascending' : 'descending');
        this.order = { column, way };
        this.draw();
      });
    });
  }

  sorted(lines) {
    if (this.order === null) return lines;
    const { column, way } = this.order;
    const collator = new Intl.Collator('en', { numeric: true });
    const key = ({ cells }) => cells[column][2] ?? cells[column][0];
    const compare = (a, b) => (typeof a === 'number' ? a - b : collator.compare(a, b));
    return [...lines].sort((a, b) => way * compare(key(a), key(b)));
  }

  draw() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const lines = this.allLines().filter(({ text }) => words.every((one) => text.includes(one)));
    this.table.tBodies[0].replaceChildren(...this.sorted(lines).slice(0, this.shown).map(rowOf));
    this.more.hidden = lines.length <= this.shown;
    this.status.textContent = words.length === 0 ? '' : `${count(lines.length)} of ${count(this.all)} flows`;
  }
}
