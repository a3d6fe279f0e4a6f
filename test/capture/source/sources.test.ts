/** Real sources on a real wire between two network namespaces. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pause, until } from '../../lab/machine.js';
import { SESSION, others, sessionCapture } from './session-frames.js';
import { digestOf } from './watch-line.js';
import { nobodyInClone } from '../../programs.js';
import { testWith } from '../../test-with.js';
import { SOURCES, SOURCE_NAMES, Veth, WIRE } from './veth.js';
import type { Watching } from './veth.js';
import type { Line } from './watch-line.js';

const CAPTURE = resolve('captures', 'several-computers.pcapng');
const FRAMES = 643;

const live = testWith(...WIRE, 'tcpdump', 'dumpcap');
/** All sources beside each other. */
const liveAll = testWith(...WIRE, 'tcpreplay', ...Object.values(SOURCES));

function digests(lines: readonly Line[]): readonly string[] {
  return lines.flatMap((line) => (line['digests'] as string[] | undefined) ?? []);
}

function countersOf(lines: readonly Line[]): Line {
  return lines.find((line) => line['ended'] === true)?.['counters'] as Line;
}

/** One reader a program, all on the same wire. */
async function besideEachOther(
  veth: Veth,
  environment: NodeJS.ProcessEnv = {},
): Promise<readonly (readonly [string, Watching])[]> {
  const watched = SOURCE_NAMES.map((source) => {
    const options = { source, interfaces: ['v0'], frameDigests: true };
    return [source, veth.watch(options, [], environment)] as const;
  });
  await Promise.all(watched.map(([, watching]) => watching.line('opened')));
  return watched;
}

liveAll.serial(
  'every program hands out the same frames of the same traffic, in order, and counts them',
  async (t) => {
    t.true(existsSync(CAPTURE));
    const veth = new Veth(t);
    const watched = await besideEachOther(veth);
    for (const [source, watching] of watched) {
      t.is((await watching.line('opened'))['description'], `${source} on v0 (10.78.0.1)`);
    }
    veth.replay(CAPTURE, '--pps', '2000');
    for (const [source, { lines }] of watched) {
      await until(`frames of ${source}`, () => digests(lines).length >= FRAMES);
    }
    const seen: Record<string, readonly string[]> = {};
    for (const [source, watching] of watched) {
      const lines = await watching.stop();
      seen[source] = digests(lines);
      const counters = countersOf(lines);
      t.is(counters['timestamps'], source === 'cap' ? 'arrival' : 'kernel');
      t.is(counters['received'], source === 'cap' ? null : seen[source].length, source);
      t.is(counters['droppedByKernel'], source === 'cap' ? null : 0, source);
      t.is(counters['droppedByInterface'], 0);
    }
    t.is(seen['tcpdump']?.length, FRAMES);
    t.deepEqual(seen['dumpcap'], seen['tcpdump']);
    t.deepEqual(seen['cap'], seen['tcpdump']);
  },
);

for (const source of SOURCE_NAMES) {
  const liveOne = testWith(...WIRE, SOURCES[source]);

  liveOne.serial(`a ${source} that is killed is started again, and the gap is told`, async (t) => {
    const veth = new Veth(t);
    const watching = veth.watch({ source, interfaces: ['v0'], frameDigests: true });
    await watching.line('opened');
    veth.ping(3);
    await until('the first frames', () => digests(watching.lines).length >= 6);
    const [child] = veth.running(source === 'cap' ? 'cap-child' : `/${source} `);
    t.truthy(child);
    process.kill(child ?? 0, 'SIGKILL');
    const died = await watching.incident('capture_died');
    t.regex(String(died['text']), new RegExp(`^${source} on v0 ended \\(ended by SIGKILL\\)`));
    const again = await watching.incident('capture_restarted');
    t.regex(String(again['text']), new RegExp(`^${source} captures again on v0; nothing was captured for`));
    t.true(Number(again['gap']) > 0 && Number(again['gap']) < 10, String(again['gap']));
    const before = digests(watching.lines).length;
    veth.ping(3);
    await until('frames after the restart', () => digests(watching.lines).length >= before + 6);
    const lines = await watching.stop();
    const numbers = lines.filter((line) => 'digests' in line);
    let next = 1;
    for (const line of numbers) {
      t.is(line['firstFrame'], next, 'frames are numbered through');
      t.is(line['iface'], 0, 'the interface of the new child is the same');
      next += (line['digests'] as string[]).length;
    }
    t.deepEqual(veth.running(source === 'cap' ? 'cap-child' : `/${source} `), []);
  });

  liveOne.serial(`${source} goes on when its interface was taken away and comes back`, async (t) => {
    const veth = new Veth(t);
    const watching = veth.watch({ source, interfaces: ['v0'], frameDigests: true });
    await watching.line('opened');
    veth.ping(2);
    await until('the first frames', () => digests(watching.lines).length >= 4);
    veth.cut();
    t.regex(String((await watching.incident('interface_gone'))['text']), /^the interface v0 is gone/);
    await pause(0.7);
    veth.connect();
    await watching.incident('interface_up');
    const again = await watching.incident('capture_restarted');
    t.true(Number(again['gap']) > 0.5, String(again['gap']));
    const before = digests(watching.lines).length;
    veth.ping(2);
    await until('frames after it is back', () => digests(watching.lines).length >= before + 4);
    const lines = await watching.stop();
    t.false(
      lines.some((line) => line['incident'] === 'capture_died'),
      'one cause is told once',
    );
  });

  liveOne.serial(`no ${source} is left behind when the reading process is killed`, async (t) => {
    const veth = new Veth(t);
    const watching = veth.watch({ source, interfaces: ['v0'] });
    const pid = Number((await watching.line('opened'))['pid']);
    const name = source === 'cap' ? 'cap-child' : `/${source} `;
    t.is(veth.running(name).length, 1);
    process.kill(pid, 'SIGKILL');
    await watching.ended;
    // It ends with the next packets that it cannot hand over.
    await until(
      `the end of ${source}`,
      () => {
        veth.ping(2);
        return veth.running(name).length === 0;
      },
      10,
    );
    t.deepEqual(veth.running(name), []);
  });

  testWith(...WIRE, nobodyInClone, SOURCES[source], 'setpriv').serial(
    `${source} tells a user without the right what to do`,
    async (t) => {
      const veth = new Veth(t);
      const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
      const lines = await veth.watch({ source, interfaces: ['v0'] }, nobody).ended;
      t.is(lines.length, 1);
      t.true(lines[0]?.['refused']);
      const message = String(lines[0]?.['message']);
      t.regex(
        message,
        new RegExp(`^v0 cannot be captured:\\n  ${source}: .*(permission|not permitted)`, 'i'),
      );
      t.regex(message, /run with sudo/);
      if (source !== 'cap') t.regex(message, /sudo setcap cap_net_raw,cap_net_admin=eip \/\S+/);
    },
  );

  liveOne.serial(
    `${source} refuses a filter that cannot be understood, quoting it and the program`,
    async (t) => {
      const veth = new Veth(t);
      const lines = await veth.watch({ source, interfaces: ['v0'], filter: 'tcp prt 9004' }).ended;
      t.regex(
        String(lines[0]?.['message']),
        new RegExp(`^the capture filter "tcp prt 9004" is not understood; ${source} says: .*syntax error`),
      );
    },
  );

  testWith(...WIRE, SOURCES[source], 'tcpreplay').serial(
    `${source} uses the filter that it was given`,
    async (t) => {
      const veth = new Veth(t);
      const watching = veth.watch({
        source,
        interfaces: ['v0'],
        filter: 'icmp and host 10.78.0.1',
        frameDigests: true,
      });
      await watching.line('opened');
      veth.replay(CAPTURE, '--pps', '5000', '--limit', '50');
      veth.ping(3);
      await until('the pings', () => digests(watching.lines).length >= 6);
      t.is(digests(await watching.stop()).length, 6);
    },
  );
}

live.serial('an interface that goes down and up again is told, with its time down', async (t) => {
  const veth = new Veth(t);
  const watching = veth.watch({ source: 'auto', interfaces: ['v0'], frameDigests: true });
  await watching.line('opened');
  veth.exec('near', 'ip', 'link', 'set', 'v0', 'down');
  await watching.incident('interface_down');
  veth.exec('near', 'ip', 'link', 'set', 'v0', 'up');
  t.true(Number((await watching.incident('interface_up'))['gap']) > 0);
  veth.ping(2);
  await until('frames after it is up', () => digests(watching.lines).length >= 4);
  await watching.stop();
});

live.serial('a program that ends because its interface goes down is no cause of its own', async (t) => {
  const veth = new Veth(t);
  const isUp = '[ $(($(cat /sys/class/net/v0/flags) & 1)) = 1 ]';
  const folder = veth.folderWith(
    'tcpdump',
    `#!/bin/sh
case "$*" in *-w*) ;; *) exit 1 ;; esac
${isUp} || { echo "tcpdump: v0: That device is not up" >&2; exit 1; }
cat ${CAPTURE}
while ${isUp}; do sleep 0.05; done
echo "tcpdump: pcap_loop: The interface disappeared" >&2; exit 1
`,
  );
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  const watching = veth.watch({ source: 'tcpdump', interfaces: ['v0'] }, [], { PATH: path });
  await watching.line('opened');
  veth.exec('near', 'ip', 'link', 'set', 'v0', 'down');
  await watching.incident('interface_down');
  // Long enough for a start to be refused.
  await pause(1.5);
  veth.exec('near', 'ip', 'link', 'set', 'v0', 'up');
  await watching.incident('capture_restarted');
  const told = (await watching.stop()).map((line) => line['incident']);
  t.false(told.includes('capture_died'), 'one cause is told once');
});

live.serial('several interfaces are one capture, and each frame says which it came from', async (t) => {
  for (const source of ['tcpdump', 'dumpcap'] as const) {
    const veth = new Veth(t);
    const watching = veth.watch({ source, interfaces: ['lo', '10.78.0.1'], frameDigests: true });
    t.is((await watching.line('opened'))['description'], `${source} on lo (127.0.0.1), v0 (10.78.0.1)`);
    veth.ping(2);
    veth.exec('near', 'ping', '-q', '-c', '2', '-i', '0.02', '127.0.0.1');
    await until('frames of both', () => digests(watching.lines).length >= 8);
    const lines = await watching.stop();
    const ended = lines.find((line) => line['ended'] === true);
    t.is(ended?.['frames'], digests(lines).length);
    if (source === 'dumpcap') t.deepEqual(ended?.['linkTypes'], [1, 1]);
  }
});

live.serial('a read returns although nothing comes', async (t) => {
  const veth = new Veth(t);
  const watching = veth.watch({ source: 'auto', interfaces: ['v0'], filter: 'udp port 7', seconds: 2 });
  const ended = (await watching.ended).find((line) => line['ended'] === true);
  t.is(ended?.['frames'], 0);
  t.true(Number(ended?.['empty']) >= 4, String(ended?.['empty']));
});

live.serial('the automatic choice passes over a program that cannot capture, and says why', async (t) => {
  const veth = new Veth(t);
  const folder = veth.folderWith(
    'tcpdump',
    '#!/bin/sh\necho "tcpdump: v0: this one is broken" >&2\nexit 1\n',
  );
  const path = `${folder}:${process.env['PATH'] ?? ''}`;
  const watching = veth.watch({ source: 'auto', interfaces: ['v0'], seconds: 1 }, [], { PATH: path });
  t.deepEqual((await watching.line('opened'))['choice'], [
    { kind: 'tcpdump', taken: false, reason: 'v0: this one is broken' },
    { kind: 'dumpcap', taken: true, reason: 'kernel timestamps; drops are told when it ends' },
  ]);
  await watching.ended;
});

liveAll.serial(
  'the filter for the own session leaves out that very connection and keeps everything else',
  async (t) => {
    const veth = new Veth(t);
    const watched = await besideEachOther(veth, { SSH_CONNECTION: SESSION });
    for (const [, watching] of watched) {
      t.regex(String((await watching.line('opened'))['filter']), /^not \(tcp and /);
    }
    veth.replay(veth.file('session.pcap', sessionCapture()), '--pps', '1000');
    for (const [, { lines }] of watched) {
      await until('the other frames', () => digests(lines).length >= Object.keys(others).length);
    }
    await pause(1.2);
    for (const [source, watching] of watched) {
      const seen = digests(await watching.stop());
      t.deepEqual(seen.map(nameOf), Object.keys(others), source);
    }
  },
);

function nameOf(digest: string): string {
  return Object.entries(others).find(([, frame]) => digestOf(frame) === digest)?.[0] ?? digest;
}
