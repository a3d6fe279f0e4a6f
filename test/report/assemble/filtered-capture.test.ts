/** Captures that hold a part of each connection: nothing that is missing by design is a fault. */
import test from 'ava';
import { asPcap } from '../../../captures/recipes/craft/wire.js';
import type { AnnotatedFrame } from '../../../src/capture/pcap/pcapng-writer.js';
import { userActivityRound } from '../../../captures/recipes/round.js';
import { rounds, told } from './told.js';

const RULES = ['ua-9004-in', 'ua-9003', 'ua-135', 'ua-smb-rpc'];
const WS01 = '10.20.1.21';
const WS01_6 = '2001:db8:21::21';

/** TCP flags of a frame over Ethernet, -1 = it is no TCP. */
function flagsOf({ bytes }: AnnotatedFrame): number {
  const ipv6 = bytes[12] === 0x86;
  if (bytes[ipv6 ? 20 : 23] !== 6) return -1;
  return bytes[(ipv6 ? 54 : 34) + 13] ?? -1;
}

/** Frames of six rounds, so that there are enough connections. */
function sixRounds(ipv6: boolean): AnnotatedFrame[] {
  return rounds(ipv6, {}, (wire, server, one) => {
    for (const at of [60, 120, 180, 240]) userActivityRound(wire, server, one, { at });
  });
}

for (const [name, ipv6, keep, code, working] of [
  ['SYNs only, IPv6', true, (flags: number) => flags === 2, 'only_syns', false],
  ['SYNs and SYN-ACKs', false, (flags: number) => (flags & 2) !== 0, 'only_syns_and_syn_acks', false],
  ['SYN, FIN and RST, IPv6', true, (flags: number) => (flags & 7) !== 0, 'only_control_segments', true],
] as const) {
  test(`${name}: what a filter left out is no fault`, async (t) => {
    const kept = rounds(ipv6).filter((frame) => flagsOf(frame) < 0 || keep(flagsOf(frame)));
    const { quality, verdict } = await told(t, asPcap(kept));
    t.true(quality.includes(code), quality.join());
    t.false(quality.includes('acked_unseen_segments'));
    for (const rule of RULES) {
      const found = verdict(rule, ipv6 ? WS01_6 : WS01);
      if (working) t.is(found, 'working', rule);
      else t.true(['inconclusive', 'working', 'not_observed'].includes(found), `${rule} ${found}`);
    }
  });
}

for (const [ipv6, part] of [
  [false, 4],
  [true, 3],
] as const) {
  test(`one packet in ${part}, IPv${ipv6 ? 6 : 4}: a sample proves no silence`, async (t) => {
    const kept = sixRounds(ipv6).filter((_, i) => i % part === 0);
    const { model, quality } = await told(t, asPcap(kept));
    t.true(quality.includes('sampled'), quality.join());
    t.deepEqual(
      [...model.verdicts].filter((v) => v.verdict === 'blocked').map(({ rule }) => rule),
      [],
    );
  });
}

test('a network in which nobody answers is not taken for a filter', async (t) => {
  const silent = { services: { smb: 'silent', session: 'silent', epm: 'silent', agent: 'silent' } } as const;
  const only = ['smb', 'session', 'epm', 'agent'] as const;
  const { quality, verdict } = await told(t, asPcap(rounds(false, { ...silent, only })));
  t.false(quality.includes('only_syns'));
  t.is(verdict('ua-9003', WS01), 'blocked');
});

test('frames cut to 128 bytes that lost their length are told as cut, and everything works, IPv6', async (t) => {
  const cut = rounds(true).map((frame) => ({ ...frame, bytes: frame.bytes.subarray(0, 128) }));
  const { quality, finding, verdict } = await told(t, asPcap(cut));
  t.regex(finding('snapped_frames'), /lost their original length/);
  t.false(quality.includes('malformed_frames'));
  t.false(quality.includes('acked_unseen_segments'));
  for (const rule of RULES) t.is(verdict(rule, WS01_6), 'working', rule);
});
