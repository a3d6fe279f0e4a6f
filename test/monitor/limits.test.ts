/** Limits of the monitor that no other test reaches: what is left out of the dashboard, of history and of the table. */
import { EventEmitter, once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import test from 'ava';
import { ROOT } from '../../captures/recipes/reports.js';
import { analyze } from '../../src/analysis.js';
import type { ReportInput } from '../../src/report/assemble/input/input.js';
import {
  MAX_CONNECTIONS,
  MAX_HEAD_BYTES,
  MAX_IN_FLIGHT_BYTES,
  MAX_WAITING,
  Peers,
} from '../../src/monitor/dashboard/peers.js';
import {
  MAX_ATTENTION,
  MAX_PICTURES,
  MAX_SHOWN_CHANGES,
  MAX_SHOWN_INCIDENTS,
  PictureMaker,
} from '../../src/monitor/dashboard/picture.js';
import { startDashboard } from '../../src/monitor/dashboard/server.js';
import { MAX_FILTER, viewOf } from '../../src/monitor/dashboard/view.js';
import { CaptureLog, MAX_INCIDENTS } from '../../src/monitor/tracking/capture-log.js';
import { EventLog } from '../../src/monitor/tracking/event-log.js';
import {
  FlowExpiry,
  MAX_DENIED_FLOWS,
  MAX_LOOKUP_FLOWS,
  MAX_MAPPER_FLOWS,
} from '../../src/monitor/tracking/flow-expiry.js';
import type { TrackedVerdict } from '../../src/monitor/tracking/verdict-tracker.js';
import { MAX_UNPROVEN_COMPUTERS } from '../../src/monitor/tracking/watch.js';
import { MAX_HISTORY, MAX_LIVE_CAUSES, MAX_RECENT_CHANGES } from '../../src/monitor/words/model.js';
import { Computers } from '../../src/verdict/hosts/hosts.js';
import { RetiredEvidence } from '../../src/verdict/judge/retired-evidence.js';
import { hostKeyText } from '../../src/verdict/words/host-key.js';
import { START as FIRST } from '../flow/script.js';
import { NAS, PC, Scene } from '../verdict/scene.js';
import { monitored, packs } from './monitored.js';
import { change, snapshot, START } from './snapshots.js';
import { Replay } from './traffic.js';

const SEEN = { flow: 0, sec: FIRST, nsec: 0, fileIndex: 0, frame: 1 };

/** A connection without a network. */
class FakeSocket extends EventEmitter {
  readonly remoteAddress = '10.0.9.9';
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function came(peers: Peers, known: boolean | null): Socket {
  const socket = new FakeSocket() as unknown as Socket;
  peers.came(socket);
  if (known !== null) peers.asked({ socket } as IncomingMessage, known);
  return socket;
}

test('a connection too many takes the place of one without the token, else it is closed', (t) => {
  const peers = new Peers();
  t.teardown(() => peers.close());
  const viewers = Array.from({ length: MAX_CONNECTIONS - 2 }, () => came(peers, true));
  const [silent, stranger] = [came(peers, null), came(peers, false)];
  t.is(peers.size, MAX_CONNECTIONS);
  came(peers, true);
  t.deepEqual([silent.destroyed, stranger.destroyed], [false, true]);
  came(peers, true);
  t.true(silent.destroyed);
  t.true(came(peers, null).destroyed);
  t.is(peers.size, MAX_CONNECTIONS);
  t.true(viewers.every(({ destroyed }) => !destroyed));
});

test('a connection that asks on and on without reading is closed, and what is on its way has a bound', async (t) => {
  const peers = new Peers();
  t.teardown(() => peers.close());
  const socket = came(peers, true);
  const request = { socket } as IncomingMessage;
  const answers = Array.from({ length: MAX_WAITING }, () => new EventEmitter() as ServerResponse);
  const turns = answers.map((answer) => peers.turn(request, answer));
  t.true(await turns[0]);
  const [first] = answers;
  t.true(peers.takeRoom(first!, MAX_IN_FLIGHT_BYTES));
  t.false(peers.takeRoom(answers[1]!, 1));
  t.is(peers.inFlight, MAX_IN_FLIGHT_BYTES);
  t.false(socket.destroyed);
  t.false(await peers.turn(request, new EventEmitter() as ServerResponse));
  t.true(socket.destroyed);
  first!.emit('close');
  t.is(peers.inFlight, 0);
});

test('a request with a longer head is refused', async (t) => {
  const dashboard = await startDashboard({ port: 0 });
  t.teardown(() => dashboard.output.close());
  const { port, pathname } = new URL(dashboard.url);
  for (const [length, status] of [
    [MAX_HEAD_BYTES / 2, 200],
    [MAX_HEAD_BYTES, 431],
  ] as const) {
    const socket = connect(Number(port), '127.0.0.1');
    t.teardown(() => socket.destroy());
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(length)}\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    t.regex(head.toString(), new RegExp(`^HTTP/1.1 ${status} `));
  }
});

test('the dashboard shows the worst and the latest, and says how many there are', (t) => {
  const maker = new PictureMaker();
  const many = MAX_SHOWN_CHANGES + 1;
  const incidents = Array.from({ length: MAX_SHOWN_INCIDENTS + 1 }, (_, i) => {
    return { code: 'rotated' as const, at: START + i * 1000, gap: null, text: `file ${i}.` };
  });
  maker.take(
    snapshot({
      hosts: MAX_ATTENTION + 1,
      verdict: (_, r) => (r === 0 ? 'blocked' : 'working'),
      changes: Array.from({ length: many }, (_, i) => change(many - i)),
      over: { incidents },
    }),
  );
  const { parts, lists } = maker.picture({ filter: '', page: 1 });
  t.is(lists.get('attention')?.length, MAX_ATTENTION);
  t.regex(parts.get('attention-note') ?? '', /50 of 51 shown, the worst first/);
  t.is(lists.get('changes')?.length, MAX_SHOWN_CHANGES);
  t.deepEqual([lists.get('changes')?.[0]?.key, lists.get('changes')?.at(-1)?.key], [String(many), '2']);
  t.regex(parts.get('changes-note') ?? '', /The latest 100 of 101 changes/);
  const shown = parts.get('incidents') ?? '';
  t.is(shown.match(/<li>/g)?.length, MAX_SHOWN_INCIDENTS);
  t.true(shown.includes(`file ${MAX_SHOWN_INCIDENTS}.`) && !shown.includes('file 0.'));
});

test('so many views are kept, each made once; then they are made anew', (t) => {
  const maker = new PictureMaker();
  maker.take(snapshot());
  const view = (i: number) => maker.picture({ filter: `ws${i}`, page: 1 });
  const first = view(0);
  for (let i = 1; i < MAX_PICTURES; i++) view(i);
  t.is(view(0), first);
  view(MAX_PICTURES);
  const again = view(0);
  t.not(again, first);
  t.deepEqual(again, first);
});

test('of a long filter the beginning is kept', (t) => {
  const { filter } = viewOf(new URLSearchParams({ q: `${'a'.repeat(MAX_FILTER)}b` }));
  t.is(filter, 'a'.repeat(MAX_FILTER));
});

test('a snapshot carries the latest incidents', (t) => {
  const log = new CaptureLog();
  for (let i = 0; i <= MAX_INCIDENTS; i++) log.incident({ code: 'rotated', at: i, gap: 1, text: `${i}` });
  t.deepEqual([log.incidents.length, log.incidents[0]?.text], [MAX_INCIDENTS, '1']);
  t.like(log.findings([])[0], { code: 'capture_gaps', values: { times: MAX_INCIDENTS + 1 } });
});

function failing(): Promise<ReportInput> {
  return analyze({
    inputs: [join(ROOT, 'captures', 'router-admin-prohibited.pcapng')],
    packs,
    server: [],
    agentPort: 9003,
    serverPort: 9004,
    answerWait: 3,
  });
}

function tracked({ judgement }: ReportInput): TrackedVerdict[] {
  const rest = { text: { reason: '', location: 'unknown', confidence: 'low' }, since: 0, lastEvidence: 1 };
  return judgement.verdicts.map(
    (verdict) =>
      ({ ...rest, rule: verdict.rule, host: verdict.host, verdict, changes: 0, history: [] }) as never,
  );
}

test('of changes the latest are remembered, of one rule and computer and of all', async (t) => {
  const input = await failing();
  const [one] = tracked(input);
  const log = new EventLog(0);
  const changed = { tracked: one!, from: one!.verdict, index: 0 };
  const n = MAX_RECENT_CHANGES + 1;
  const events = log.changes(Array<typeof changed>(n).fill(changed), input, 0);
  t.is(events.length, n);
  t.deepEqual([log.recent.length, log.recent[0]?.sequence, log.recent.at(-1)?.sequence], [n - 1, n, 2]);
  t.is(one?.history.length, MAX_HISTORY);
  t.deepEqual([one?.history[0]?.sequence, one?.history.at(-1)?.sequence], [n - MAX_HISTORY + 1, n]);
});

test('a snapshot carries so many causes, and the number of the others', async (t) => {
  const own = [1, 21, 41].map((at) => ({ at, from: PC, to: NAS, port: 9004, course: 'works' }) as const);
  const to = (host: string, course: 'works' | 'silent') =>
    ({ at: 5, from: NAS, to: host, port: 9003, course }) as const;
  // Networks that fail, each beside one that works.
  const others = Array.from({ length: MAX_LIVE_CAUSES + 2 }, (_, i) => [
    to(`10.2.${i}.1`, 'silent'),
    to(`10.2.${i}.2`, 'silent'),
    to(`10.2.${i}.200`, 'works'),
  ]).flat();
  const { snapshots } = await monitored(new Replay([...own, ...others], 60));
  const last = snapshots.at(-1);
  t.deepEqual([last?.causes.length, last?.causesOmitted], [MAX_LIVE_CAUSES, 2]);
});

for (const [what, most, tell] of [
  [
    'named ports',
    MAX_MAPPER_FLOWS,
    (scene: Scene, seen: typeof SEEN) =>
      scene.facts.mappings.add({
        ...seen,
        address: PC,
        host: '',
        port: 49_680,
        uuid: '',
        name: '',
        source: 'ept_map',
      }),
  ],
  [
    'refused rights',
    MAX_DENIED_FLOWS,
    (scene: Scene, seen: typeof SEEN) =>
      scene.facts.denied.add({ ...seen, what: 'SMB session setup', status: 5, statusName: '' }),
  ],
  [
    'look-ups in vain',
    MAX_LOOKUP_FLOWS,
    (scene: Scene, seen: typeof SEEN) =>
      scene.facts.failedLookups.add({ ...seen, name: 'nas01', source: 'dns', error: 'NXDOMAIN' }),
  ],
] as const) {
  test(`flows stay of the latest ${what}, and older ones leave`, (t) => {
    const scene = new Scene();
    const flows = most + 2;
    for (let i = 0; i < flows; i++) {
      scene.tcp(PC, NAS, 9004, 'closed', 0, 1024 + i);
      tell(scene, { ...SEEN, flow: i });
    }
    const { table } = scene.trace;
    const judgement = scene.judge();
    const past = new RetiredEvidence(new Computers(judgement.server.keys));
    new FlowExpiry(table, scene.facts).sweep(judgement, past, FIRST + 10_000);
    t.is(table.removed, 2);
    t.is(table.size, most);
  });
}

test('a scan gives so many hosts a row; one that is heard has one all the same', async (t) => {
  const last = MAX_UNPROVEN_COMPUTERS + 9;
  const host = (i: number): string => `10.1.${i >> 8}.${i & 255}`;
  const own = [1, 21, 41].map((at) => ({ at, from: PC, to: NAS, port: 9004, course: 'works' }) as const);
  const scan = Array.from({ length: last + 1 }, (_, i) => {
    return { at: 50 + i / 100, from: NAS, to: host(i), port: 9003, course: 'syn' } as const;
  });
  const heard = { at: 100, from: host(last), to: NAS, port: 9004, course: 'works' } as const;
  const { monitor } = await monitored(new Replay([...own, ...scan, heard], 110));
  const rows = new Set(monitor.watch.computers.map(hostKeyText));
  t.is(rows.size, MAX_UNPROVEN_COMPUTERS + 2);
  t.deepEqual([rows.has(PC), rows.has(host(last)), rows.has(host(last - 1))], [true, true, false]);
});
