/** Checks of what a capture leaves out or hides: filters, samples, encryption, tunnels, whole protocols. */
import { hidesIcmp, hidesMapper } from './capture-filter.js';
import { counted, measured, said } from './finding.js';
import type { Found } from './finding.js';
import { keptOf } from './left-out.js';
import type { Kept } from './left-out.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityFinding } from './quality.js';
import type { Thresholds } from './thresholds.js';

export function filtered({ filters }: QualityFacts): QualityFinding | null {
  if (filters.length === 0) return null;
  const icmp = filters.some(hidesIcmp);
  return said({
    code: 'capture_filter',
    level: 'warning',
    values: { filters, hidesIcmp: icmp, hidesMapper: filters.some(hidesMapper) },
    effects: icmp ? ['hides_attempts', 'hides_icmp'] : ['hides_attempts'],
  });
}

type LeftOutCode = 'only_syns' | 'only_syns_and_syn_acks' | 'only_control_segments' | 'sampled';

const LEFT_OUT: Readonly<Record<Exclude<Kept, 'all'>, Found<LeftOutCode>>> = {
  syn: {
    code: 'only_syns',
    level: 'serious',
    values: {},
    effects: ['withholds_silence', 'hides_attempts'],
  },
  syn_and_syn_ack: {
    code: 'only_syns_and_syn_acks',
    level: 'serious',
    values: {},
    effects: ['withholds_half_open', 'hides_attempts'],
  },
  control: {
    code: 'only_control_segments',
    level: 'warning',
    values: {},
    effects: ['withholds_half_open', 'hides_attempts'],
  },
  sample: {
    code: 'sampled',
    level: 'serious',
    values: {},
    effects: ['withholds_silence', 'hides_attempts'],
  },
};

export function leftOut(facts: QualityFacts): QualityFinding | null {
  const kept = keptOf(facts);
  return kept === 'all' ? null : counted(facts.tcpFlows, 'flows', LEFT_OUT[kept]);
}

/** Pairs of hosts that are named. */
const NAMED_PAIRS = 5;

export function encrypted({ ipsecPackets: packets, ipsecPairs }: QualityFacts): QualityFinding | null {
  if (packets === 0) return null;
  const pairs = ipsecPairs.slice(0, NAMED_PAIRS);
  return counted(packets, 'frames', {
    code: 'hidden_by_ipsec',
    level: 'warning',
    values: { packets, pairs, more: ipsecPairs.length - pairs.length },
    effects: ['hides_attempts'],
  });
}

/** Of so many frames on it is a warning, share. */
const MANY_IN_TUNNELS = 0.01;

export function tunnelled({ frames, unreadProtocols: protocols }: QualityFacts): QualityFinding | null {
  if (protocols.length === 0) return null;
  const packets = protocols.reduce((sum, one) => sum + one.packets, 0);
  return counted(packets, 'frames', {
    code: 'tunnels_not_opened',
    level: packets >= frames * MANY_IN_TUNNELS ? 'warning' : 'note',
    values: { packets, protocols },
    effects: ['hides_attempts'],
  });
}

/** Long enough that something would have been sent. */
function isLong(facts: QualityFacts, thresholds: Thresholds): boolean {
  return facts.frames > 0 && facts.seconds >= thresholds['cadence-seconds'];
}

export function noIcmp(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.icmpFlows > 0 || !isLong(facts, thresholds)) return null;
  return measured(facts.seconds, 'seconds', 'cadence-seconds', thresholds, {
    code: 'no_icmp',
    level: 'note',
    values: {},
    effects: ['hides_icmp'],
  });
}

export function noArp(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.neighbourFrames !== 0 || !isLong(facts, thresholds)) return null;
  return measured(facts.seconds, 'seconds', 'cadence-seconds', thresholds, {
    code: 'no_arp',
    level: 'note',
    values: {},
  });
}

export function noMapper(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.mapperFlows > 0 || !isLong(facts, thresholds)) return null;
  return measured(facts.seconds, 'seconds', 'cadence-seconds', thresholds, {
    code: 'no_port_135',
    level: 'note',
    values: {},
  });
}
