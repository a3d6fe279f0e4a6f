/** Checks of the order of frames, and of what a capture leaves out or hides. */
import { linkTypeName } from '../../capture/link-type.js';
import { counted, NUMBER } from './finding.js';
import type { Said } from './finding.js';
import { keptOf } from './left-out.js';
import type { Kept } from './left-out.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityFinding } from './quality.js';

export function reordered(facts: QualityFacts): QualityFinding | null {
  if (facts.reorderedFrames === 0) return null;
  return counted(facts.reorderedFrames, 'frames', {
    code: 'frames_reordered',
    level: 'note',
    text: `${NUMBER.format(facts.reorderedFrames)} frames lie out of the order of their times, by up to ${shortText(facts.longestReorder)}.`,
    consequence:
      'They were read in the order of their times, as reordercap would write them; frame numbers are those of the file.',
  });
}

export function outliers(facts: QualityFacts): QualityFinding | null {
  const [first] = facts.outliers;
  if (first === undefined) return null;
  const date = new Date(first.sec * 1000).toISOString().slice(0, 10);
  const others = facts.outlierFrames - 1;
  const more = others === 0 ? '' : `, and ${others} more like it`;
  return counted(facts.outlierFrames, 'frames', {
    code: 'clock_outliers',
    level: 'note',
    text: `Frame ${first.frame} is dated ${date}, far from the frames beside it${more}.`,
    consequence: 'Its time is not believed: it is taken to be of the time of the frame before it.',
  });
}

/** A time of a second at most. */
function shortText(seconds: number): string {
  return seconds < 0.001 ? `${Math.ceil(seconds * 1e6)} µs` : `${Math.ceil(seconds * 1000)} ms`;
}

const LEFT_OUT: Readonly<Record<Exclude<Kept, 'all'>, Said>> = {
  syn: {
    code: 'only_syns',
    level: 'serious',
    text: 'Of TCP the capture holds only SYNs, none of them sent again: a filter left the answers out.',
    consequence: 'No silence counts: capture again without a filter on TCP flags.',
    effects: ['withholds_silence', 'hides_attempts'],
  },
  syn_and_syn_ack: {
    code: 'only_syns_and_syn_acks',
    level: 'serious',
    text: 'Of TCP the capture holds only SYNs and SYN-ACKs: a filter left everything else out.',
    consequence: 'A SYN-ACK proves that the port answers; that no ACK follows says nothing.',
    effects: ['withholds_half_open', 'hides_attempts'],
  },
  control: {
    code: 'only_control_segments',
    level: 'warning',
    text: 'Of TCP the capture holds only segments with SYN, FIN or RST: a filter left data and ACKs out.',
    consequence:
      'Handshakes, refusals and resets are proven; what was said on a connection is not in the capture.',
    effects: ['withholds_half_open', 'hides_attempts'],
  },
  sample: {
    code: 'sampled',
    level: 'serious',
    text: 'Most TCP connections lack packets that both sides took for received: only a part of the packets was kept (a sample, or a filter).',
    consequence: 'No silence counts, repeated or not: the answer may be among what was not kept.',
    effects: ['withholds_silence', 'hides_attempts'],
  },
};

export function leftOut(facts: QualityFacts): QualityFinding | null {
  const kept = keptOf(facts);
  return kept === 'all' ? null : counted(facts.tcpFlows, 'flows', LEFT_OUT[kept]);
}

export function unreadLinks(facts: QualityFacts): QualityFinding | null {
  if (facts.unreadLinkTypes.length === 0) return null;
  const frames = facts.unreadLinkTypes.reduce((sum, one) => sum + one.frames, 0);
  const names = facts.unreadLinkTypes.map(
    (one) => `${linkTypeName(one.linkType)} (link type ${one.linkType}): ${one.frames}`,
  );
  return counted(frames, 'frames', {
    code: 'link_type_not_read',
    level: frames > facts.frames / 2 ? 'serious' : 'warning',
    text: `${NUMBER.format(frames)} of ${NUMBER.format(facts.frames)} frames could not be decoded, since their link type is not read: ${names.join('; ')}.`,
    consequence: 'What they hold is not in any verdict: capture as Ethernet, or convert the file.',
    effects: ['misses_flows', 'hides_attempts'],
  });
}

export function firewallLog(facts: QualityFacts): QualityFinding | null {
  if (facts.firewallLogs.length === 0) return null;
  const names = facts.firewallLogs.map((type) => `${linkTypeName(type)} (link type ${type})`).join(', ');
  return counted(facts.frames, 'frames', {
    code: 'firewall_log',
    level: 'warning',
    text: `The capture is the log of a firewall: ${names}.`,
    consequence:
      'It holds what the rules of that firewall log, mostly what they block: what is not in it may have passed.',
    effects: ['hides_attempts'],
  });
}

/** Pairs of hosts that are named. */
const NAMED_PAIRS = 5;

export function encrypted(facts: QualityFacts): QualityFinding | null {
  if (facts.ipsecPackets === 0) return null;
  const more = facts.ipsecPairs.length - NAMED_PAIRS;
  const pairs = facts.ipsecPairs.slice(0, NAMED_PAIRS).join('; ') + (more > 0 ? `; and ${more} more` : '');
  return counted(facts.ipsecPackets, 'frames', {
    code: 'hidden_by_ipsec',
    level: 'warning',
    text: `${NUMBER.format(facts.ipsecPackets)} packets are encrypted by IPsec (ESP), between ${pairs}.`,
    consequence:
      'Ports inside are hidden: what these hosts say to each other there can be neither proven nor ruled out.',
    effects: ['hides_attempts'],
  });
}

export function tunnelled(facts: QualityFacts): QualityFinding | null {
  if (facts.unreadProtocols.length === 0) return null;
  const packets = facts.unreadProtocols.reduce((sum, one) => sum + one.packets, 0);
  const names = facts.unreadProtocols.map((one) => `${one.name}: ${NUMBER.format(one.packets)}`);
  return counted(packets, 'frames', {
    code: 'tunnels_not_opened',
    level: 'note',
    text: `${NUMBER.format(packets)} packets are of protocols that are not looked into: ${names.join('; ')}.`,
    consequence: 'Whatever they carry is in no verdict.',
    effects: ['hides_attempts'],
  });
}
