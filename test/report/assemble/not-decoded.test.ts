/** What is not decoded is counted and named, and what only wraps traffic is not unexpected. */
import test from 'ava';
import { be16, be32, concat, zeros } from '../../../captures/recipes/craft/bytes.js';
import { ipFrame, udp } from '../../../captures/recipes/craft/frame.js';
import { computer, computer6, nas01, nas01v6 } from '../../../captures/recipes/craft/hosts.js';
import { asPcap } from '../../../captures/recipes/craft/wire.js';
import { rounds, told } from './told.js';

test('a link type that is not read is named, and the capture is not called sound', async (t) => {
  const { quality, finding } = await told(t, asPcap(rounds(false), { linkType: 195 }));
  t.regex(finding('link_type_not_read'), /could not be decoded.*802\.15\.4 \(link type 195\)/);
  t.false(quality.includes('no_defect_found'));
});

for (const ipv6 of [false, true]) {
  test(`who speaks IPsec is named, IPv${ipv6 ? 6 : 4}`, async (t) => {
    const frames = rounds(ipv6);
    const [server, hidden] = ipv6 ? [nas01v6(), computer6(3)] : [nas01(), computer(3)];
    const network = { src: server.ip, dst: hidden.ip, ttl: 128, id: 1 };
    const esp = concat(be32(0x1234, 1), zeros(64));
    const bytes = ipFrame({ src: server.mac, dst: hidden.mac, pad: false }, network, 50, esp);
    frames.push({ ...frames.at(-1)!, bytes });
    const { finding } = await told(t, asPcap(frames));
    t.regex(finding('hidden_by_ipsec'), /^1 packets are encrypted by IPsec \(ESP\)/);
    t.true(finding('hidden_by_ipsec').includes(hidden.ip));
  });

  test(`a neighbour of the computers that speaks ESP alone has a row, hidden and not untried, IPv${ipv6 ? 6 : 4}`, async (t) => {
    const [server, hidden] = ipv6 ? [nas01v6(), computer6(3)] : [nas01(), computer(3)];
    const far = ipv6 ? '2001:db8:99::9' : '203.0.113.9';
    const frames = rounds(ipv6);
    const put = (dst: string, protocol: number, payload: Uint8Array): void => {
      const network = { src: server.ip, dst, ttl: 128, id: 1 };
      const bytes = ipFrame({ src: server.mac, dst: hidden.mac, pad: false }, network, protocol, payload);
      frames.push({ ...frames.at(-1)!, bytes });
    };
    const esp = concat(be32(0x1234, 1), zeros(64));
    put(hidden.ip, 50, esp);
    // Behind AH, and the far end of a tunnel, which is no computer of anybody.
    put(hidden.ip, 51, concat(Uint8Array.of(50, 4), be16(0), be32(1, 1), zeros(12), esp));
    put(far, 50, esp);
    const { model, text, verdict } = await told(t, asPcap(frames));
    t.deepEqual(
      model.hosts.map(({ address }) => address).sort(),
      [
        ...(ipv6 ? [computer6(1), computer6(2)] : [computer(1), computer(2)]).map(({ ip }) => ip),
        hidden.ip,
      ].sort(),
    );
    t.is(verdict('ua-9003', hidden.ip), 'not_observed');
    t.regex(text('ua-9003', hidden.ip), /Hidden by IPsec.*speak IPsec/);
    t.is(model.summary.exitCode, 3);
  });
}

test('IPsec in UDP 4500 hides what was not seen, and what is seen in clear stands', async (t) => {
  const frames = rounds(false, { services: { agent: 'absent' } });
  const [server, peer] = [nas01(), computer(1)];
  const network = { src: server.ip, dst: peer.ip, ttl: 128, id: 1 };
  const datagram = udp(network, 4500, 4500, concat(be32(0x1234, 1), zeros(64)));
  const bytes = ipFrame({ src: server.mac, dst: peer.mac, pad: false }, network, 17, datagram);
  frames.push({ ...frames.at(-1)!, bytes });
  const { verdict, text } = await told(t, asPcap(frames));
  t.regex(text('ua-9003', peer.ip), /Hidden by IPsec/);
  t.is(verdict('ua-135', peer.ip), 'working');
  t.notRegex(text('ua-9003', computer(2).ip), /IPsec/);
});

test('a mirror in Geneve is an envelope, and what is in it is judged', async (t) => {
  const mirrored = rounds(false).map((frame) => {
    const network = { src: '172.16.0.1', dst: '172.16.0.2', ttl: 64, id: 1 };
    const inside = concat(be16(0, 0x6558), be32(7 << 8), frame.bytes);
    const datagram = udp(network, 40000, 6081, inside);
    const link = { src: zeros(6), dst: zeros(6), pad: false };
    return { ...frame, bytes: concat(ipFrame(link, network, 17, datagram)) };
  });
  const { model, verdict } = await told(t, asPcap(mirrored));
  t.is(verdict('ua-9003', '10.20.1.21'), 'working');
  t.deepEqual(
    [...model.flows].filter((flow) => flow.class === 'unexpected'),
    [],
  );
});

test('a host with itself on 127.0.0.1 is not unexpected', async (t) => {
  const frames = rounds(false);
  const network = { src: '127.0.0.1', dst: '127.0.0.1', ttl: 128, id: 1 };
  const link = { src: zeros(6), dst: zeros(6), pad: false };
  const bytes = ipFrame(link, network, 17, udp(network, 5000, 9004, zeros(8)));
  frames.push({ ...frames.at(-1)!, bytes });
  const { model } = await told(t, asPcap(frames));
  t.deepEqual(
    [...model.flows].filter((flow) => flow.class === 'unexpected'),
    [],
  );
});
