import test from 'ava';
import { Facts } from '../../../src/recognise/facts/facts.js';
import { HostTexts } from '../../../src/report/assemble/words/host-texts.js';
import { HostNames } from '../../../src/report/assemble/input/names.js';
import { NO_PLACE } from '../../../src/report/model/flow-model.js';
import { Trace, udpPacket } from '../../flow/script.js';

const PAIRS = [
  ['10.0.0.1', '10.0.0.2'],
  ['2001:db8::1', '2001:db8::2'],
] as const;

for (const [from, to] of PAIRS) {
  test(`${from} is remembered from the second flow on that it is met in, with the same text`, (t) => {
    const trace = new Trace();
    const hosts = new HostTexts(new HostNames([], new Facts()));
    const [first, second] = [1, 2].map((port) =>
      trace.add(udpPacket({ ip: from, port }, { ip: to, port: 53 }), port),
    );
    const once = hosts.of(trace.flow(first), 0);
    t.deepEqual(once, { ip: from, name: '', place: NO_PLACE });
    const again = hosts.of(trace.flow(second), 0);
    t.is(again.ip, from);
    t.true(again.place >= 0);
    t.is(hosts.of(trace.flow(first), 0), again);
  });
}

test('hosts that are met once each are not remembered, however many they are', (t) => {
  const trace = new Trace();
  const hosts = new HostTexts(new HostNames([], new Facts()));
  const server = { ip: '10.0.0.2', port: 53 };
  for (let n = 0; n < 5000; n++) {
    const ip = `10.${1 + (n >> 16)}.${(n >> 8) & 255}.${n & 255}`;
    const flow = trace.flow(trace.add(udpPacket({ ip, port: 9 }, server), 1));
    t.is(hosts.of(flow, 0).place, NO_PLACE);
    if (n > 0) t.true(hosts.of(flow, 1).place >= 0);
    else hosts.of(flow, 1);
  }
});
