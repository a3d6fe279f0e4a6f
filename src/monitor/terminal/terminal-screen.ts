/**
 * The picture of a snapshot for a terminal of a given size: never more lines than it has, never a line that
 * wraps. What gives way first on a small terminal: healthy computers, then changes, then further blocks of rules.
 */
import { createColors } from 'picocolors';
import { bytes, count, counted, duration } from '../../report/text/quantities.js';
import { gridLines } from '../../report/terminal/grid.js';
import { GAP } from '../../report/terminal/plain-table.js';
import type { GridCell } from '../../report/terminal/grid.js';
import { MARK, REQUIRED, paintOf } from '../../report/terminal/write.js';
import type { Colors } from '../../report/terminal/write.js';
import { fitted } from '../../report/text/visible.js';
import { VERDICT_WORDING, hostLabel } from '../../report/text/wording.js';
import { isoTime } from '../words/iso-time.js';
import type { LiveEvent, LiveSnapshot, LiveVerdict, VerdictChange } from '../words/model.js';
import { liveRows, liveWording, requiredTally } from '../words/snapshot-matrix.js';
import type { LiveRow } from '../words/snapshot-matrix.js';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

/** Widths below this are drawn as if they were this, and cut by the terminal. */
const MIN_COLUMNS = 20;
const MAX_NAME_COLUMNS = 24;
const MAX_LABEL_COLUMNS = 14;
/** Changes shown, the latest first. */
const MAX_CHANGES = 8;
/** Changes shown where there is little room. */
const FEW_CHANGES = 2;
const LITTLE_ROOM = 18;
/** Lines that the matrix gets before the changes get any. */
const MIN_MATRIX_LINES = 4;

/** '09:30:00' of the UTC day. */
function clock(milliseconds: number): string {
  return isoTime(milliseconds).slice(11, 19);
}

/** '14:02' on the day of `at`, else '05-01'. */
function shortSince(since: number, at: number): string {
  const [then, now] = [isoTime(since), isoTime(at)];
  return then.slice(0, 10) === now.slice(0, 10) ? then.slice(11, 16) : then.slice(5, 10);
}

function tone({ summary }: LiveSnapshot): 'blocked' | 'working' | 'inconclusive' {
  if (summary.status === 'findings') return 'blocked';
  return summary.status === 'working' ? 'working' : 'inconclusive';
}

function perSecond(n: number, seconds: number): number {
  return seconds > 0 ? Math.round(n / seconds) : 0;
}

function dropText({ counters, rates }: LiveSnapshot): string {
  const { droppedByKernel: kernel, droppedByInterface: card } = counters;
  if (kernel === null && card === null) return 'drops unknown';
  const all = (kernel ?? 0) + (card ?? 0);
  return `${count(all)} dropped${rates.dropped > 0 ? ` (${count(rates.dropped)} just now)` : ''}`;
}

/** What is going on, each a line. */
function stateLines(snapshot: LiveSnapshot, colors: Colors, width: number): readonly string[] {
  const { rates, totals, at, startedAt, lastFrameAt } = snapshot;
  const silent =
    lastFrameAt === 0 ? 'no frame yet' : `last frame ${duration(Math.max(0, at - lastFrameAt) / 1000)} ago`;
  const dropped = dropText(snapshot);
  const traffic = [
    `${count(perSecond(rates.packets, rates.seconds))} packets/s`,
    `${bytes(perSecond(rates.bytes, rates.seconds))}/s`,
    dropped,
    `${counted(totals.flows, 'flow')} of ${count(totals.maxFlows)}`,
    silent,
  ].join('  ');
  const tally = requiredTally(snapshot)
    .map(({ verdict, n }) => `${MARK[verdict]} ${count(n)} ${VERDICT_WORDING[verdict].label.toLowerCase()}`)
    .join('  ');
  const paint = paintOf(colors, tone(snapshot));
  const worry = rates.dropped > 0 ? colors.yellow : colors.dim;
  return [
    paint(fitted(`${MARK[tone(snapshot)]} ${snapshot.summary.sentence}`, width)),
    ...(tally === '' ? [] : [fitted(tally, width)]),
    worry(fitted(traffic, width)),
    colors.dim(
      fitted(
        `${clock(at)} UTC, up ${duration(Math.max(0, Math.round((at - startedAt) / 1000)))}, ${snapshot.source.description}`,
        width,
      ),
    ),
  ];
}

/** Serious remarks and the last incident, when there are any. */
function worryLines(snapshot: LiveSnapshot, colors: Colors, width: number): readonly string[] {
  const serious = snapshot.quality.filter(({ level }) => level === 'serious').slice(0, 2);
  const incident = snapshot.incidents.reduce<LiveSnapshot['incidents'][number] | undefined>(
    (last, one) => (last === undefined || one.at >= last.at ? one : last),
    undefined,
  );
  const lines = serious.map(({ text }) => paintOf(colors, 'blocked')(fitted(`✗ ${text}`, width)));
  if (incident !== undefined) {
    lines.push(colors.yellow(fitted(`! ${clock(incident.at)} ${incident.text}`, width)));
  }
  return lines;
}

function cell(snapshot: LiveSnapshot, colors: Colors, row: LiveRow, column: number): GridCell {
  const verdict: LiveVerdict | undefined = row.cells[column];
  if (verdict === undefined) return { text: '', paint: (text) => text };
  const { label, look } = liveWording(verdict, snapshot.rules[column]);
  const since = verdict.since === 0 ? '' : ` ${shortSince(verdict.since, snapshot.at)}`;
  return { text: `${MARK[look]} ${label.toLowerCase()}${since}`, paint: paintOf(colors, look) };
}

/** The same with less in each cell: the mark alone. */
function markOnly(grid: GridCell): GridCell {
  return { text: grid.text.slice(0, 1), paint: grid.paint };
}

function gridOf(
  snapshot: LiveSnapshot,
  rows: readonly LiveRow[],
  colors: Colors,
  short: boolean,
  width: number,
): readonly string[] {
  const names = Math.max(8, Math.min(MAX_NAME_COLUMNS, Math.floor(width / 3)));
  // One column alone must fit beside the names.
  const room = width - names - GAP;
  return gridLines(
    {
      corner: 'Computer',
      columns: snapshot.rules.map(
        ({ label, required }) =>
          `${fitted(label, Math.min(MAX_LABEL_COLUMNS, room - REQUIRED.length))}${required ? REQUIRED : ''}`,
      ),
      rows: rows.map((row) => ({
        name: fitted(row.host.name === '' ? row.host.address : row.host.name, names),
        cells: snapshot.rules.map((_, i) => {
          const full = cell(snapshot, colors, row, i);
          return short ? markOnly(full) : { ...full, text: fitted(full.text, room) };
        }),
      })),
    },
    width,
  );
}

/** The matrix in at most `room` lines: words and times where they fit, else marks; the worst computers. */
function matrixLines(snapshot: LiveSnapshot, colors: Colors, width: number, room: number): readonly string[] {
  if (snapshot.hosts.length === 0) {
    return [fitted('No monitored computer was seen yet.', width)];
  }
  const all = liveRows(snapshot);
  if (room < 3) return [];
  // Wide cells need several blocks below each other; marks alone nearly always fit side by side.
  const probe = gridOf(snapshot, all.slice(0, 1), colors, false, width);
  const blocks = Math.round((probe.length + 1) / 3);
  const wideRows = Math.floor((room - 1 - (blocks - 1)) / blocks) - 1;
  const short = blocks > 1 && wideRows < Math.min(all.length, 10);
  let shown = Math.min(all.length, short ? room - 2 : Math.max(1, wideRows));
  let lines = gridOf(snapshot, all.slice(0, shown), colors, short, width);
  while (lines.length > room - 1 && shown > 1) {
    shown = Math.max(1, shown - Math.ceil((lines.length - room + 1) / 2));
    lines = gridOf(snapshot, all.slice(0, shown), colors, short, width);
  }
  const left = all.length - shown;
  const more =
    left > 0 ? [colors.dim(fitted(`${counted(left, 'more computer')}, none of them worse`, width))] : [];
  return [...lines.slice(0, room - more.length), ...more];
}

/** One change in one line, without its colour. */
export function changeText({ time, to, from, ruleLabel, host, hostName, reason }: VerdictChange): string {
  const word = VERDICT_WORDING[to].label.toUpperCase();
  const was = from === to ? 'still' : `was ${VERDICT_WORDING[from].label.toLowerCase()}`;
  const who = hostLabel({ address: host, name: hostName });
  return `${time.slice(11, 19)} ${MARK[to]} ${word} ${ruleLabel} · ${who} (${was}): ${reason}`;
}

function changeLines(snapshot: LiveSnapshot, colors: Colors, width: number, room: number): readonly string[] {
  const shown = snapshot.recentChanges.slice(0, Math.min(MAX_CHANGES, room - 2));
  if (room < 3 || shown.length === 0) return [];
  return [
    '',
    colors.bold(fitted('Last changes', width)),
    ...shown.map((one) => paintOf(colors, one.to)(fitted(changeText(one), width))),
  ];
}

/** At most `size.rows - 1` lines, each of less than `size.columns` columns, without line ends. */
export function screenLines(snapshot: LiveSnapshot, size: ScreenSize): readonly string[] {
  const colors = createColors(size.color);
  // The last column stays free: a full line wraps on some terminals.
  const width = Math.max(MIN_COLUMNS, size.columns) - 1;
  const height = Math.max(1, size.rows - 1);
  const top = [...stateLines(snapshot, colors, width), ...worryLines(snapshot, colors, width)];
  if (height < top.length + MIN_MATRIX_LINES) return top.slice(0, height);
  const free = height - top.length - 1;
  const forChanges = Math.min(
    2 + Math.min(free < LITTLE_ROOM ? FEW_CHANGES : MAX_CHANGES, snapshot.recentChanges.length),
    free - MIN_MATRIX_LINES,
  );
  const matrix = matrixLines(
    snapshot,
    colors,
    width,
    free - Math.max(0, snapshot.recentChanges.length > 0 ? forChanges : 0),
  );
  const changes = changeLines(snapshot, colors, width, free - matrix.length);
  return [...top, '', ...matrix, ...changes].slice(0, height);
}

/** One line for an event, for output that is no terminal: full time, no colour unless wanted. */
export function terminalLine(event: LiveEvent, color: boolean): string {
  const colors = createColors(color);
  if (event.type !== 'verdict_changed')
    return fitted(`${event.time} ${event.code}: ${event.text}`, MAX_LINE_COLUMNS);
  const line = `${event.time.slice(0, 11)}${changeText(event)}`;
  return paintOf(colors, event.to)(fitted(line, MAX_LINE_COLUMNS));
}

/** A line of an event is cut here; names and reasons may be long. */
const MAX_LINE_COLUMNS = 400;
