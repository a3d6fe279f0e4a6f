/** The terminal view on screens of several sizes, and its lines where there is no screen. */
import test from 'ava';
import { PassThrough } from 'node:stream';
import { terminalLine, screenLines } from '../../src/monitor/terminal/terminal-screen.js';
import { MAX_WAITING_BYTES, terminalView } from '../../src/monitor/terminal/terminal-view.js';
import { ATTACKS } from '../report/hostile.js';
import { columnsOf } from '../../src/report/text/visible.js';
import { FakeTerminal } from './screen.js';
import { captureEvent, change, snapshot } from './snapshots.js';

const CHANGES = Array.from({ length: 12 }, (_, i) => change(40 - i));
const plain = (columns: number, rows: number) => ({ columns, rows, color: false });

test('the worst computers, the traffic, the drops and the last changes are told', async (t) => {
  const screen = new FakeTerminal(100, 30);
  const view = terminalView({ stream: screen, color: false });
  view.snapshot?.(snapshot({ hosts: 40, changes: CHANGES }));
  const lines = screen.seen.split('\n');
  t.regex(lines[0] ?? '', /^✗ Computers cannot reach port 9004/);
  t.regex(screen.seen, /1,500 packets\/s {2}800 kB\/s {2}7 dropped \(4 just now\) {2}420 flows of 200,000/);
  t.regex(screen.seen, /dumpcap on eth0/);
  t.regex(screen.seen, /! 09:30:30 dumpcap ended and was started again/);
  const first = lines.findIndex((line) => line.startsWith('Computer'));
  t.regex(lines[first + 1] ?? '', /^WS0003/);
  t.regex(lines[first + 2] ?? '', /^WS0005/);
  t.regex(screen.seen, /more computers, none of them worse/);
  t.regex(screen.seen, /09:30:40 ✗ FAILING 9004 in · WS0003 \(10.20.0.4\) \(was working\)/);
  await view.close();
});

test('a wide screen says in each cell what is and since when', (t) => {
  const lines = screenLines(snapshot({ hosts: 3, after: 90_000 }), plain(200, 40)).join('\n');
  t.regex(lines, /✓ working 05-01/);
  t.regex(screenLines(snapshot({ hosts: 6 }), plain(200, 40)).join('\n'), /✗ failing 09:30/);
});

test('no line is wider and no picture is higher than the terminal', (t) => {
  for (const columns of [20, 33, 60, 80, 100, 220]) {
    for (const rows of [1, 2, 5, 8, 12, 24, 50]) {
      for (const hosts of [0, 1, 6, 1000]) {
        const lines = screenLines(snapshot({ hosts, changes: CHANGES }), plain(columns, rows));
        const widest = Math.max(0, ...lines.map(columnsOf));
        t.true(lines.length <= Math.max(1, rows - 1), `${columns}x${rows}, ${hosts}: ${lines.length} lines`);
        t.true(widest < columns, `${columns}x${rows}, ${hosts}: ${widest} columns`);
      }
    }
  }
});

test('a new picture takes the place of the old one and leaves nothing of it', async (t) => {
  const screen = new FakeTerminal(100, 30);
  screen.write('$ portwitness live\r\n');
  const view = terminalView({ stream: screen, color: false });
  for (const hosts of [3, 40, 5, 1, 8]) view.snapshot?.(snapshot({ hosts, after: hosts * 10 }));
  await view.close();
  const fresh = new FakeTerminal(100, 30);
  fresh.write('$ portwitness live\r\n');
  const once = terminalView({ stream: fresh, color: false });
  once.snapshot?.(snapshot({ hosts: 8, after: 80 }));
  await once.close();
  t.is(screen.seen, fresh.seen);
  t.true(screen.seen.startsWith('$ portwitness live\n'));
  t.true(screen.cursorShown);
  t.is(screen.wrapped, 0);
});

test('after a change of size the picture fits the new size', async (t) => {
  const screen = new FakeTerminal(100, 30);
  const view = terminalView({ stream: screen, color: false });
  view.snapshot?.(snapshot({ hosts: 40 }));
  screen.resize(50, 12);
  t.true(screen.seen.split('\n').length <= 12);
  view.snapshot?.(snapshot({ hosts: 40, after: 61 }));
  t.is(screen.seen.match(/Computers cannot reach/g)?.length, 1);
  await view.close();
});

test('a terminal that takes nothing gets one picture, and then the latest', async (t) => {
  const screen = new FakeTerminal(100, 30);
  screen.stuck = true;
  const view = terminalView({ stream: screen, color: false });
  for (let after = 60; after < 160; after++) view.snapshot?.(snapshot({ after }));
  t.is(screen.writes, 1);
  screen.resume();
  await new Promise((done) => setImmediate(done));
  t.is(screen.writes, 2);
  t.regex(screen.seen, /09:32:39 UTC/);
  await view.close();
});

test('colour is given only when it is wanted, and changes no text', (t) => {
  const size = { columns: 100, rows: 30 };
  const colored = screenLines(snapshot(), { ...size, color: true }).join('\n');
  const bare = screenLines(snapshot(), { ...size, color: false }).join('\n');
  t.true(colored.includes('\x1b['));
  t.is(colored.replaceAll(new RegExp(String.raw`\x1b\[\d+m`, 'g'), ''), bare);
});

test('names that attack the terminal are shown and do not act', async (t) => {
  const screen = new FakeTerminal(160, 60);
  const view = terminalView({ stream: screen, color: true });
  const changes = ATTACKS.map((attack, i) =>
    change(i, { hostName: attack, reason: attack, ruleLabel: attack, host: attack }),
  );
  const state = snapshot({ hosts: ATTACKS.length, name: (h) => ATTACKS[h] ?? '', changes });
  const [text] = [ATTACKS[5] ?? ''];
  view.snapshot?.({
    ...state,
    summary: { status: 'findings', sentence: text },
    source: { kind: 'stdin', description: text },
    quality: [{ code: 'x', level: 'serious', text, consequence: text }],
    incidents: [{ code: 'rotated', at: 0, gap: null, text }],
    rules: state.rules.map((rule) => ({ ...rule, label: text })),
  });
  t.regex(screen.seen, /\\x1b\]0;owned\\x07/);
  t.is(screen.wrapped, 0);
  await view.close();

  const pipe = new PassThrough();
  const lines = terminalView({ stream: pipe, color: false });
  for (const one of changes) lines.event?.(one);
  lines.event?.({ ...captureEvent(text), text });
  const out = String(pipe.read());
  t.deepEqual([...out].filter((char) => char < ' ' && char !== '\n').length, 0);
  t.is(out.split('\n').length, changes.length + 2);
});

test('a time that no calendar has is left out', (t) => {
  const lines = screenLines(
    snapshot({ since: () => 1e300, over: { lastFrameAt: Number.NaN } }),
    plain(200, 40),
  );
  t.regex(lines.join('\n'), /✗ failing/);
});

test('a change of the reason alone is told as such', (t) => {
  t.regex(terminalLine(change(1, { from: 'blocked' }), false), /✗ FAILING 9004 in .* \(still\): Three SYNs/);
});

test('without a terminal, or when quiet, each event is one line', async (t) => {
  const screen = new FakeTerminal(100, 30);
  const pipe = new PassThrough();
  for (const stream of [screen, pipe]) {
    const view = terminalView({ stream, color: false, quiet: true });
    view.snapshot?.(snapshot());
    view.event?.(change(5, { to: 'working', from: 'blocked', reason: 'The handshake completed.' }));
    view.event?.(captureEvent('interface_down'));
    await view.close();
    t.is(view.trouble, '');
  }
  const expected = [
    '2026-05-01T09:30:05 ✓ WORKING 9004 in · WS0003 (10.20.0.4) (was failing): The handshake completed.',
    '2026-05-01T09:30:00.000Z interface_down: It was interface_down.',
    '',
  ].join('\n');
  t.is(String(pipe.read()), expected);
  t.is(screen.raw, expected);
});

test('lines that nobody reads are dropped and counted, and a broken pipe is told', (t) => {
  const pipe = new PassThrough({ highWaterMark: 1 });
  const view = terminalView({ stream: pipe, color: false });
  for (let i = 0; i < 10_000; i++) view.event?.(change(i));
  t.true(pipe.writableLength < MAX_WAITING_BYTES + 1000);
  t.regex(view.trouble, /^\d+ event lines were not shown/);
  pipe.emit('error', new Error('EPIPE'));
  t.regex(view.trouble, /no longer be shown: EPIPE/);
});
