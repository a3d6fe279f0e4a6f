/**
 * Traffic in a mirror's envelopes, and a host that speaks with itself: neither is traffic of the network. Marked as
 * failing until envelopes are counted for themselves; the runner tells when the mark has to go.
 */
import test from 'ava';
import { be16, concat, hex, u8 } from '../../../captures/recipes/craft/bytes.js';
import { ipFrame, udp } from '../../../captures/recipes/craft/frame.js';
import { TcpConversation } from '../../../captures/recipes/craft/tcp.js';
import { asPcap, Wire } from '../../../captures/recipes/craft/wire.js';
import type { Host } from '../../../captures/recipes/craft/wire.js';
import { nas01 } from '../../../captures/recipes/craft/hosts.js';
import type { AnnotatedFrame } from '../../../src/capture/pcap/pcapng-writer.js';
import { told, rounds } from './told.js';

const UDP = 17;
const PORT = { geneve: 6081, vxlan: 4789 } as const;
/** RFC 8926 §3.4 with transparent Ethernet bridging, and RFC 7348 §5 with the VNI flag; network 7. */
const HEADER = { geneve: hex('0000655800000700'), vxlan: hex('0800000000000700') } as const;
const RULES = ['ua-9004-in', 'ua-9003', 'ua-135', 'ua-smb-rpc'];

/** As a mirror session sends it: from one of two exporters to the collector, with a port for each flow. */
function enveloped(
  frames: readonly AnnotatedFrame[],
  kind: 'geneve' | 'vxlan',
  outer: { readonly from: readonly string[]; readonly to: string },
): AnnotatedFrame[] {
  const link = { src: hex('00155d0a6301'), dst: hex('00155d0a6302') };
  return frames.map((frame, i) => {
    const src = outer.from[i % outer.from.length] ?? '';
    const network = { src, dst: outer.to, ttl: 64, id: i & 0xffff };
    const flow = 49152 + ((frame.bytes.at(-1) ?? 0) << 4);
    const payload = concat(HEADER[kind], frame.bytes);
    return { ...frame, bytes: ipFrame(link, network, UDP, udp(network, flow, PORT[kind], payload)) };
  });
}

for (const [kind, ipv6, outer] of [
  ['geneve', false, { from: ['2001:db8:99::4', '2001:db8:99::5'], to: '2001:db8:99::9' }],
  ['vxlan', true, { from: ['10.99.0.4'], to: '10.99.0.9' }],
] as const) {
  test(`mirrored in ${kind}: the inside works, the envelope is not unexpected`, async (t) => {
    const heard = await told(t, asPcap(enveloped(rounds(ipv6), kind, outer)));
    for (const rule of RULES)
      t.is(heard.verdict(rule, ipv6 ? '2001:db8:21::21' : '10.20.1.21'), 'working', rule);
    const outside: readonly string[] = [...outer.from, outer.to];
    t.deepEqual(
      heard.model.unexpected
        .filter(({ orig, resp }) => outside.includes(orig) || outside.includes(resp))
        .map(({ respPort }) => respPort),
      [],
    );
    t.false(heard.model.hosts.some(({ address }) => outside.includes(address)));
  });
}

test('a host that speaks with itself is no computer, nor unexpected', async (t) => {
  const itself = (): Host => ({ ...nas01(), ip: '127.0.0.1', mac: u8(0, 0, 0, 0, 0, 0), rtt: 0 });
  const loopback = new Wire(itself(), { seed: 9 });
  for (const [i, port] of [135, 9003, 9004, 49670].entries()) {
    const session = new TcpConversation(loopback, itself(), itself(), port, 2 + i, 51000 + i);
    session.connect().exchange(be16(1, 2), be16(3, 4)).close();
  }
  const frames = [...rounds(false), ...loopback.frames()];
  frames.sort((a, b) => a.sec - b.sec || a.nsec - b.nsec);
  const heard = await told(t, asPcap(frames));
  for (const rule of RULES) t.is(heard.verdict(rule, '10.20.1.21'), 'working', rule);
  t.false(heard.model.hosts.some(({ address }) => address.startsWith('127.')));
  t.deepEqual(
    heard.model.unexpected
      .filter(({ orig, resp }) => [orig, resp].includes('127.0.0.1'))
      .map(({ respPort }) => respPort),
    [],
  );
});
