/** The checks of the capture, one function each. None sees the verdicts; what follows is the gate's to apply. */
import { counted, lengthText, measured, NUMBER, percent, said, share } from './finding.js';
import {
  encrypted,
  firewallLog,
  leftOut,
  outliers,
  reordered,
  tunnelled,
  unreadLinks,
} from './missing-checks.js';
import { keptOf } from './left-out.js';
import { hidesIcmp, hidesMapper } from './capture-filter.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityCheck, QualityFinding } from './quality.js';
import type { Thresholds } from './thresholds.js';

export const CHECKS: readonly QualityCheck[] = [
  empty,
  damaged,
  interrupted,
  lost,
  unseen,
  oneSided,
  duration,
  midstream,
  filtered,
  leftOut,
  unreadLinks,
  firewallLog,
  encrypted,
  tunnelled,
  snapped,
  noTime,
  backwards,
  reordered,
  outliers,
  gap,
  duplicates,
  offloaded,
  oversize,
  malformed,
  dropMarks,
  noIcmp,
  noArp,
  noMapper,
  capturePlace,
  evicted,
];

function empty(facts: QualityFacts): QualityFinding | null {
  if (facts.frames > 0) return null;
  return counted(0, 'frames', {
    code: 'no_frames',
    level: 'serious',
    text: 'The capture holds no frames.',
    consequence: 'Nothing can be said about any port.',
  });
}

function damaged(facts: QualityFacts): QualityFinding | null {
  if (facts.damaged.length === 0) return null;
  const sentences = facts.damaged.map(({ path, offset, message }) => {
    const name = path === '-' ? 'standard input' : path;
    return `${name} stops at byte ${NUMBER.format(offset)}: ${message.replace(/[.]?$/, '.')}`;
  });
  return said({
    code: 'damaged_file',
    level: 'warning',
    text: sentences.join(' '),
    consequence: 'Only what comes before the damage was analysed.',
    effects: ['misses_flows'],
  });
}

function interrupted(facts: QualityFacts): QualityFinding | null {
  if (facts.interrupted === '') return null;
  return said({
    code: 'interrupted',
    level: 'warning',
    text: facts.interrupted,
    consequence: 'Only what was read until then was analysed.',
    effects: ['misses_flows'],
  });
}

function lost(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.lost === null) {
    return said({
      code: 'loss_unknown',
      level: 'note',
      text: 'The capture does not say whether frames were lost while capturing.',
      consequence: '',
    });
  }
  if (facts.lost === 0n) return null;
  const heavy = facts.lost >= BigInt(Math.ceil(thresholds['lost-frames']));
  return measured(Number(facts.lost), 'frames', 'lost-frames', thresholds, {
    code: 'frames_lost',
    level: heavy ? 'warning' : 'note',
    text: `The capturing system lost ${facts.lost} frames.`,
    consequence: heavy
      ? 'A missing answer may be a lost frame: silence after a single attempt is not counted, repeated silence proves less.'
      : 'So few that verdicts stand.',
    effects: heavy ? ['withholds_lone_silence'] : [],
  });
}

function unseen(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.unseenFlows === 0 || keptOf(facts) !== 'all') return null;
  const { unseenFlows, wholeFlows } = facts;
  const value = share(unseenFlows, wholeFlows);
  const heavy = value >= thresholds['unseen-share'];
  return measured(value, 'share', 'unseen-share', thresholds, {
    code: 'acked_unseen_segments',
    level: heavy ? 'warning' : 'note',
    text: `In ${unseenFlows} of ${wholeFlows} TCP connections data was acknowledged that the capture does not hold.`,
    consequence: heavy
      ? 'The capture loses packets without saying so: silence after a single attempt is not counted, repeated silence proves less.'
      : 'So few that verdicts stand.',
    effects: heavy ? ['withholds_lone_silence'] : [],
  });
}

function oneSided(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.oneSidedFlows === 0) return null;
  const { oneSidedFlows, tcpFlows } = facts;
  const value = share(oneSidedFlows, tcpFlows);
  const heavy = value >= thresholds['one-sided-share'];
  return measured(value, 'share', 'one-sided-share', thresholds, {
    code: 'one_direction_only',
    level: heavy ? 'serious' : 'note',
    text: `${oneSidedFlows} of ${tcpFlows} TCP flows (${percent(oneSidedFlows, tcpFlows)}) show one direction only.`,
    consequence: heavy
      ? 'The capture point does not see both directions: those flows are inconclusive, and silence elsewhere has low confidence.'
      : 'Those flows are inconclusive.',
    effects: heavy ? ['lowers_silence'] : [],
  });
}

function duration(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.frames === 0 || facts.seconds >= thresholds['cadence-seconds']) return null;
  return measured(facts.seconds, 'seconds', 'cadence-seconds', thresholds, {
    code: 'short_capture',
    level: 'note',
    text: `The capture lasts ${lengthText(facts.seconds)}; agents report every 10 to 15 minutes.`,
    consequence:
      'A rule that was not tried may simply not have been due: capture 15 minutes or press "retry".',
    effects: ['misses_cadence'],
  });
}

function midstream(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.midstreamFlows === 0) return null;
  const value = share(facts.midstreamFlows, facts.tcpFlows);
  return measured(value, 'share', 'midstream-share', thresholds, {
    code: 'midstream_flows',
    level: value >= thresholds['midstream-share'] ? 'warning' : 'note',
    text: `${facts.midstreamFlows} of ${facts.tcpFlows} TCP flows began before the capture.`,
    consequence: 'They prove that the port works, not that a new connection can be made.',
  });
}

function filtered(facts: QualityFacts): QualityFinding | null {
  if (facts.filters.length === 0) return null;
  const icmp = facts.filters.some(hidesIcmp);
  const hidden = [icmp ? 'ICMP' : '', facts.filters.some(hidesMapper) ? 'port 135' : ''].filter(Boolean);
  return said({
    code: 'capture_filter',
    level: 'warning',
    text: `The capture was made with a filter: ${facts.filters.join('; ')}`,
    consequence:
      hidden.length === 0
        ? 'What the filter leaves out can be neither proven nor ruled out.'
        : `The filter hides ${hidden.join(' and ')}: what it leaves out can be neither proven nor ruled out.`,
    effects: icmp ? ['hides_attempts', 'hides_icmp'] : ['hides_attempts'],
  });
}

function snapped(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const value = share(facts.snappedFrames, facts.frames);
  if (facts.snappedFrames === 0 || value < thresholds['snapped-share']) return null;
  const to = facts.snapLength > 0 ? ` (snap length ${facts.snapLength} bytes)` : '';
  const lost =
    facts.lengthLostFrames > 0 ? '; they were cut, and the file lost their original length: IP tells it' : '';
  return measured(value, 'share', 'snapped-share', thresholds, {
    code: 'snapped_frames',
    level: 'note',
    text: `${facts.snappedFrames} of ${facts.frames} frames were captured shorter than they were sent${to}${lost}.`,
    consequence:
      'Ports and handshakes are not affected; payload may be missing, so services stay unverified.',
  });
}

function noTime(facts: QualityFacts): QualityFinding | null {
  if (facts.noTimeFrames === 0) return null;
  return counted(facts.noTimeFrames, 'frames', {
    code: 'frames_without_time',
    level: 'warning',
    text: `${facts.noTimeFrames} frames have no usable timestamp.`,
    consequence: 'Their order is that of the file; waiting times cannot be measured.',
  });
}

function backwards(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const value = facts.longestBackwards;
  if (value === 0 || value < thresholds['clock-back-seconds']) return null;
  return measured(value, 'seconds', 'clock-back-seconds', thresholds, {
    code: 'time_goes_backwards',
    level: 'note',
    text: `Time goes back by up to ${lengthText(value)}${facts.backwardsFrames > 1 ? `, at ${facts.backwardsFrames} frames` : ''}.`,
    consequence: 'The clock was set or frames are out of order: waiting times around them are not exact.',
  });
}

function gap(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.longestGap < thresholds['gap-seconds'] || facts.longestGap === 0) return null;
  return measured(facts.longestGap, 'seconds', 'gap-seconds', thresholds, {
    code: 'time_gap',
    level: 'note',
    text: `For ${lengthText(facts.longestGap)} the capture holds no frame at all.`,
    consequence:
      'The clock was set, capturing paused, or nothing was sent: what was tried then is not in the capture.',
  });
}

function offsetText({ copiesApartSeconds: seconds }: QualityFacts): string {
  const measured = seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
  return `by the constant ${measured} between the times of two captures`;
}

function duplicates(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const value = share(facts.copies, facts.packets + facts.copies);
  if (facts.copies === 0 || value < thresholds['duplicate-share']) return null;
  const byId = facts.copiesById > 0 ? `, ${facts.copiesById} of them by their packet id` : '';
  const apart = facts.copiesApart > 0 ? `, ${facts.copiesApart} of them ${offsetText(facts)}` : '';
  return measured(value, 'share', 'duplicate-share', thresholds, {
    code: 'duplicate_packets',
    level: 'note',
    text: `${facts.copies} packets are copies of others (${percent(facts.copies, facts.packets + facts.copies)}${byId}${apart}): they were captured at more than one place.`,
    consequence: 'Copies are left out: they are no retransmissions and no further attempts.',
  });
}

function offloaded(facts: QualityFacts): QualityFinding | null {
  if (facts.offloadedFrames === 0) return null;
  return counted(facts.offloadedFrames, 'frames', {
    code: 'segmentation_offload',
    level: 'note',
    text: `${facts.offloadedFrames} frames carry no IP length (segmentation offload): they were sent by the capturing host.`,
    consequence: 'Their captured length was used.',
  });
}

function oversize(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.oversizeFrames === 0) return null;
  return measured(facts.longestPacket, 'bytes', 'oversize-bytes', thresholds, {
    code: 'oversize_segments',
    level: 'note',
    text: `${facts.oversizeFrames} TCP segments are longer than an Ethernet frame carries, up to ${NUMBER.format(facts.longestPacket)} bytes.`,
    consequence:
      'The adapter of the capturing host cuts or joins them: packets and retransmissions are those of this host, not of the wire.',
  });
}

function malformed(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const value = share(facts.malformedFrames, facts.frames);
  if (facts.malformedFrames === 0 || value <= thresholds['malformed-share']) return null;
  return measured(value, 'share', 'malformed-share', thresholds, {
    code: 'malformed_frames',
    level: 'note',
    text: `${facts.malformedFrames} of ${facts.frames} frames are malformed.`,
    consequence: 'What could be read of them was used.',
  });
}

function dropMarks(facts: QualityFacts): QualityFinding | null {
  if (facts.droppedMarks === 0) return null;
  if (facts.droppedMarks === facts.frames) {
    return counted(facts.droppedMarks, 'frames', {
      code: 'only_dropped_frames',
      level: 'warning',
      text: 'The capturing system marked every frame as dropped: what it let through was not captured.',
      consequence:
        'Drops are proven, but later attempts may have got through, and nothing can be shown to work.',
      effects: ['misses_flows'],
    });
  }
  return counted(facts.droppedMarks, 'frames', {
    code: 'drop_verdicts',
    level: 'note',
    text: `The capturing system marked ${facts.droppedMarks} frames as dropped by itself.`,
    consequence: 'Where nothing else got through, that is proof of who stopped it.',
  });
}

/** Long enough that something would have been sent. */
function isLong(facts: QualityFacts, thresholds: Thresholds): boolean {
  return facts.frames > 0 && facts.seconds >= thresholds['cadence-seconds'];
}

function noIcmp(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.icmpFlows > 0 || !isLong(facts, thresholds)) return null;
  return measured(facts.seconds, 'seconds', 'cadence-seconds', thresholds, {
    code: 'no_icmp',
    level: 'note',
    text: 'There is no ICMP packet in the capture, long as it is.',
    consequence:
      'Either none was sent or it was filtered out: a router that rejects by ICMP would not be seen.',
    effects: ['hides_icmp'],
  });
}

function noArp(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.neighbourFrames !== 0 || !isLong(facts, thresholds)) return null;
  return measured(facts.seconds, 'seconds', 'cadence-seconds', thresholds, {
    code: 'no_arp',
    level: 'note',
    text: 'There is neither ARP nor ICMPv6 in the capture, long as it is.',
    consequence: 'Only IP seems to have been captured: a host that does not answer ARP cannot be recognised.',
  });
}

function noMapper(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.mapperFlows > 0 || !isLong(facts, thresholds)) return null;
  return measured(facts.seconds, 'seconds', 'cadence-seconds', thresholds, {
    code: 'no_port_135',
    level: 'note',
    text: 'Nobody speaks on port 135 in the capture, long as it is.',
    consequence: 'Either nothing was asked for or a filter hides it: dynamic RPC ports cannot be proven.',
  });
}

function capturePlace(facts: QualityFacts): QualityFinding | null {
  const { point, reason } = facts.place;
  if (point === 'unknown' || facts.frames === 0) return null;
  const near = point !== 'elsewhere';
  return said({
    code: near ? 'captured_at_server' : 'captured_elsewhere',
    level: 'note',
    text: reason,
    consequence: near
      ? 'What arrives here without an answer is stopped by this server; what it stops on its way out leaves no packet.'
      : 'Silence of this server may be loss on the way to it.',
  });
}

function evicted(facts: QualityFacts): QualityFinding | null {
  if (facts.evictedFlows === 0) return null;
  return counted(facts.evictedFlows, 'flows', {
    code: 'flows_evicted',
    level: 'serious',
    text: `${facts.evictedFlows} flows were dropped from memory because the flow limit was reached.`,
    consequence: 'Their outcomes are missing from every verdict: raise --max-flows.',
    effects: ['misses_flows'],
  });
}
