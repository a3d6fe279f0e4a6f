/** The check of claims itself: what contradicts the packets is found, and what they show passes. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { computer, nas01 } from '../../captures/recipes/craft/hosts.js';
import { TcpConversation } from '../../captures/recipes/craft/tcp.js';
import { asPcap, Wire } from '../../captures/recipes/craft/wire.js';
import { testWith } from '../test-with.js';
import { connectionsOf } from './connections.js';
import { contradictionsOf } from './contradictions.js';
import type { Claim, ClaimResult } from './contradictions.js';
import { readPackets } from './packets.js';

const HOST = '10.20.1.21';
const SERVER = '10.20.0.10';
const RUN = fileURLToPath(new URL('run.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'portwitness-claims-test-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

type Play = (open: (at: number) => TcpConversation) => void;

/** What this server does on 9003 of one computer. */
function bytesOf(play: Play): Uint8Array {
  const [server, peer] = [nas01(), computer(1)];
  const wire = new Wire(server, { seed: 7 });
  play((at) => new TcpConversation(wire, server, peer, 9003, at));
  return asPcap(wire.frames());
}

function captureOf(name: string, play: Play): string {
  const path = join(folder, `${name}.pcap`);
  writeFileSync(path, bytesOf(play));
  return path;
}

function claim(verdict: string, confidence = 'medium', reason = 'works'): Claim {
  return {
    rule: 'ua-9003',
    host: { address: HOST, name: null },
    verdict,
    confidence,
    reason_code: reason,
  };
}

function resultWith(...verdicts: Claim[]): ClaimResult {
  const rules = [{ id: 'ua-9003', ports: 'TCP 9003', direction: 'server → computer' }];
  return { server: { addresses: [SERVER] }, rules, verdicts, flow_columns: [], flows: [] };
}

function contradictions(path: string, one: Claim): string[] {
  const found = contradictionsOf(resultWith(one), connectionsOf(readPackets(path)));
  return found.contradictions.map(({ text }) => text);
}

const PAYLOAD = new Uint8Array(40).fill(0x41);
/** TLS 1.2, fatal, protocol_version. */
const ALERT = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 70);
const REFUSED: Play = (open) => open(1).refused();
const PORT_TEST: Play = (open) => open(1).connect().close('client');
const SERVED: Play = (open) => open(1).connect().exchange(PAYLOAD, PAYLOAD).close('client');

const withTshark = testWith('tshark');

withTshark('a refused port that is called working is found', (t) => {
  const path = captureOf('refused', REFUSED);
  t.true(contradictions(path, claim('working')).includes('the responder accepted nothing'));
  t.deepEqual(contradictions(path, claim('blocked', 'medium', 'rst_answers_syn')), []);
});

withTshark('a port that was served and is called blocked is found', (t) => {
  const path = captureOf('served', SERVED);
  t.true(
    contradictions(path, claim('blocked', 'high', 'closed_by_responder')).includes('the responder served'),
  );
  t.deepEqual(contradictions(path, claim('working', 'high')), []);
});

withTshark('after a bare handshake neither high nor blocked stands', (t) => {
  const path = captureOf('port-test', PORT_TEST);
  t.deepEqual(contradictions(path, claim('working', 'high')), ['high, and the responder sent no payload']);
  t.deepEqual(contradictions(path, claim('blocked', 'high', 'reset_before_data')), [
    'the responder accepted, and the client asked for nothing',
  ]);
  t.deepEqual(contradictions(path, claim('working', 'medium')), []);
});

withTshark('a service that closes without a byte may be called blocked', (t) => {
  const path = captureOf('closes', (open) => open(1).connect().close('server'));
  t.deepEqual(contradictions(path, claim('blocked', 'high', 'closed_by_responder')), []);
});

withTshark('a reason that no packet shows is found', (t) => {
  const silent = captureOf('silent', (open) => open(1).silent());
  t.deepEqual(contradictions(silent, claim('blocked', 'medium', 'syn_silent')), []);
  t.regex(contradictions(silent, claim('blocked', 'medium', 'rst_answers_syn')).join(), /sent no RST/);
  t.regex(contradictions(silent, claim('blocked', 'high', 'icmp_admin_prohibited')).join(), /no message/);
  const refused = captureOf('refused-again', REFUSED);
  t.regex(contradictions(refused, claim('blocked', 'medium', 'syn_silent')).join(), /was answered/);
});

withTshark('a port that works and is turned away in the end does not just work', (t) => {
  const path = captureOf('stopped', (open) => {
    open(1).connect().exchange(PAYLOAD, PAYLOAD).close('client');
    open(60).refused();
  });
  t.deepEqual(contradictions(path, claim('working', 'high')), ['the last attempt was turned away']);
});

withTshark('sessions of which no byte is ever acknowledged are no working port', (t) => {
  const path = captureOf('unheard', (open) => {
    for (const at of [1, 30, 60]) {
      const session = open(at).connect().data('client', PAYLOAD);
      for (const after of [0.3, 0.6, 1.2]) session.repeat('client', PAYLOAD, after);
    }
  });
  t.deepEqual(contradictions(path, claim('working')), ['no byte was ever acknowledged']);
});

withTshark('an alert is no service', (t) => {
  const hello = Uint8Array.of(
    0x16,
    3,
    1,
    0,
    45,
    1,
    0,
    0,
    41,
    3,
    3,
    ...new Uint8Array(32),
    0,
    0,
    2,
    0,
    47,
    1,
    0,
  );
  const path = captureOf('alert', (open) => open(1).connect().exchange(hello, ALERT).close('server'));
  const packets = readPackets(path);
  t.true(
    packets.some(({ isAlert }) => isAlert),
    'tshark sees the alert',
  );
  t.true(contradictions(path, claim('working', 'high')).includes('every session ends in a TLS alert'));
});

withTshark(
  'the command names a planted contradiction and ends with 1, and with 0 when there is none',
  (t) => {
    for (const [name, verdict, code] of [
      ['right', claim('blocked', 'medium', 'rst_answers_syn'), 0],
      ['planted', claim('working', 'high'), 1],
    ] as const) {
      const captures = join(folder, name);
      const program = join(folder, `${name}.mjs`);
      mkdirSync(captures);
      writeFileSync(join(captures, 'one.pcap'), bytesOf(REFUSED));
      const text = JSON.stringify(resultWith(verdict));
      writeFileSync(
        program,
        `import { writeFileSync } from 'node:fs';
const at = process.argv.indexOf('--json');
writeFileSync(process.argv[at + 1], ${JSON.stringify(text)});\n`,
      );
      const done = spawnSync(process.execPath, [RUN, captures, '--bundle', program], { encoding: 'utf8' });
      t.is(done.status, code, done.stderr);
      const contradicted = code === 0 ? 0 : 1;
      t.regex(
        done.stdout,
        new RegExp(`^claims: ${contradicted} of ${contradicted} working and ${1 - contradicted} `, 'm'),
      );
      if (code === 1) t.regex(done.stdout, /ua-9003 of 10\.20\.1\.21 is working, high .*frame 2/);
    }
  },
);
