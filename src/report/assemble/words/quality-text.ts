/** What was found about the capture, in sentences: what it is, and what it does to the verdicts. */
import { linkTypeName } from '../../../capture/frames/link-type.js';
import type { QualityCode, QualityFinding, UnreadProtocol } from '../../../verdict/quality/quality.js';
import type { QualityModel } from '../../model/model.js';
import { count, counted, duration } from '../../text/quantities.js';
import { hoursText, spanText, zoneText } from './log-time-text.js';
import { sourceName } from '../input/names.js';
import { placeText } from './place-text.js';

function percent(part: number, whole: number): string {
  return `${Math.round((part / Math.max(whole, 1)) * 100)} %`;
}

function lengthText(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}

/** A time of a second at most. */
function shortText(seconds: number): string {
  return seconds < 0.001 ? `${Math.ceil(seconds * 1e6)} µs` : `${Math.ceil(seconds * 1000)} ms`;
}

function oftenText(times: number, once = 'once'): string {
  return times === 1 ? once : `${count(times)} times`;
}

function linkText(linkType: number): string {
  return `${linkTypeName(linkType)} (link type ${linkType})`;
}

const STANDS = 'So few that verdicts stand.';

/** IP protocols and UDP ports that are counted and not looked into. */
const PROTOCOL_NAMES: Readonly<Partial<Record<number, string>>> = {
  51: 'AH (IPsec)',
  115: 'L2TP',
  132: 'SCTP',
};
const TUNNEL_NAMES: Readonly<Partial<Record<number, string>>> = {
  1701: 'L2TP (UDP 1701)',
  2152: 'GTP (UDP 2152)',
  4500: 'IPsec in UDP 4500',
  5072: 'AYIYA (UDP 5072)',
};

/** Protocol types of GRE that Aruba controllers and access points use (Wireshark 4.0, `tshark -G values`, gre.proto). */
function isAruba(type: number): boolean {
  return (type >= 0x8200 && type <= 0x8370 && (type & 15) === 0) || type === 0x9000;
}

function greText(type: number): string {
  const hex = `0x${type.toString(16).padStart(4, '0')}`;
  return isAruba(type) ? `Aruba GRE (${hex})` : `GRE of the unknown kind ${hex}`;
}

function unreadText(one: UnreadProtocol): string {
  const name =
    'protocol' in one
      ? (PROTOCOL_NAMES[one.protocol] ?? `IP protocol ${one.protocol}`)
      : 'greType' in one
        ? greText(one.greType)
        : (TUNNEL_NAMES[one.udpPort] ?? `UDP ${one.udpPort}`);
  return `${name}: ${count(one.packets)}`;
}

function damageText({ values: { files } }: QualityFinding<'damaged_file'>): string {
  const sentences = files.map(({ path, offset, message }) => {
    const name = path === '-' ? 'standard input' : path;
    return `${name} stops at byte ${count(offset)}: ${message.replace(/[.]?$/, '.')}`;
  });
  return sentences.join(' ');
}

function filterConsequence({ values }: QualityFinding<'capture_filter'>): string {
  const hidden = [values.hidesIcmp ? 'ICMP' : '', values.hidesMapper ? 'port 135' : ''].filter(Boolean);
  return hidden.length === 0
    ? 'What the filter leaves out can be neither proven nor ruled out.'
    : `The filter hides ${hidden.join(' and ')}: what it leaves out can be neither proven nor ruled out.`;
}

function ipsecText({ values: { packets, pairs, more } }: QualityFinding<'hidden_by_ipsec'>): string {
  const named = pairs.map(([a, b]) => `${a} and ${b}`).join('; ') + (more > 0 ? `; and ${more} more` : '');
  return `${count(packets)} packets are encrypted by IPsec (ESP), between ${named}.`;
}

function outlierText({ values: { frame, sec, more } }: QualityFinding<'clock_outliers'>): string {
  const date = new Date(sec * 1000).toISOString().slice(0, 10);
  const others = more === 0 ? '' : `, and ${more} more like it`;
  return `Frame ${frame} is dated ${date}, far from the frames beside it${others}.`;
}

function snappedText({ values }: QualityFinding<'snapped_frames'>): string {
  const to = values.snapLength > 0 ? ` (snap length ${values.snapLength} bytes)` : '';
  const lost = values.lengthLost
    ? '; they were cut, and the file lost their original length: IP tells it'
    : '';
  return `${values.frames} of ${values.of} frames were captured shorter than they were sent${to}${lost}.`;
}

function copiesText({ values }: QualityFinding<'duplicate_packets'>): string {
  const { copies, of, byId, apart, seconds } = values;
  const time = seconds < 1 ? `${(seconds * 1000).toFixed(1)} ms` : `${seconds.toFixed(2)} s`;
  const sides = `, ${apart} of them by the constant ${time} between the times of two captures`;
  const by = `${byId > 0 ? `, ${byId} of them by their packet id` : ''}${apart > 0 ? sides : ''}`;
  return `${copies} packets are copies of others (${percent(copies, of)}${by}): they were captured at more than one place.`;
}

/** A sentence, or what makes it of the finding. */
type Phrase<C extends QualityCode> = string | ((finding: QualityFinding<C>) => string);

interface Phrases<C extends QualityCode> {
  readonly text: Phrase<C>;
  /** '' = the verdicts stand as they are. */
  readonly consequence: Phrase<C>;
}

const QUALITY_PHRASES: { readonly [C in QualityCode]: Phrases<C> } = {
  no_defect_found: {
    text: 'No defect that weakens a verdict was found in the capture.',
    consequence: '',
  },
  no_frames: {
    text: 'The capture holds no frames.',
    consequence: 'Nothing can be said about any port.',
  },
  damaged_file: {
    text: damageText,
    consequence: 'Only what comes before the damage was analysed.',
  },
  interrupted: {
    text: ({ values }) => values.why,
    consequence: 'Only what was read until then was analysed.',
  },
  loss_unknown: {
    text: 'The capture does not say whether frames were lost while capturing.',
    consequence: '',
  },
  frames_lost: {
    text: ({ values }) => `The capturing system lost ${values.frames} frames.`,
    consequence: ({ level }) =>
      level === 'note'
        ? STANDS
        : 'A missing answer may be a lost frame: silence after a single attempt is not counted, repeated silence proves less.',
  },
  acked_unseen_segments: {
    text: ({ values: { flows, of } }) =>
      `In ${flows} of ${of} TCP connections data was acknowledged that the capture does not hold.`,
    consequence: ({ level }) =>
      level === 'note'
        ? STANDS
        : 'The capture loses packets without saying so: silence after a single attempt is not counted, repeated silence proves less.',
  },
  flows_evicted: {
    text: ({ values }) =>
      `${values.flows} flows were dropped from memory because the flow limit was reached.`,
    consequence: 'Their outcomes are missing from every verdict: raise --max-flows.',
  },
  link_type_not_read: {
    text: ({ values: { frames, of, linkTypes } }) =>
      `${count(frames)} of ${count(of)} frames could not be decoded, since their link type is not read: ${linkTypes.map((one) => `${linkText(one.linkType)}: ${one.frames}`).join('; ')}.`,
    consequence: 'What they hold is not in any verdict: capture as Ethernet, or convert the file.',
  },
  firewall_log: {
    text: ({ values }) =>
      `The capture is the log of a firewall: ${values.linkTypes.map(linkText).join(', ')}.`,
    consequence:
      'It holds what the rules of that firewall log, mostly what they block: what is not in it may have passed.',
  },

  one_direction_only: {
    text: ({ values: { flows, of } }) =>
      `${flows} of ${of} TCP flows (${percent(flows, of)}) show one direction only.`,
    consequence: ({ level }) =>
      level === 'note'
        ? 'Those flows are inconclusive.'
        : 'The capture point does not see both directions: those flows are inconclusive, and silence elsewhere has low confidence.',
  },
  midstream_flows: {
    text: ({ values: { flows, of } }) => `${flows} of ${of} TCP flows began before the capture.`,
    consequence: 'They prove that the port works, not that a new connection can be made.',
  },
  captured_at_server: {
    text: ({ values }) => placeText(values.shownBy),
    consequence:
      'What arrives here without an answer is stopped by this server; what it stops on its way out leaves no packet.',
  },
  captured_elsewhere: {
    text: ({ values }) => placeText(values.shownBy),
    consequence: 'Silence of this server may be loss on the way to it.',
  },

  capture_filter: {
    text: ({ values }) => `The capture was made with a filter: ${values.filters.join('; ')}`,
    consequence: filterConsequence,
  },
  only_syns: {
    text: 'Of TCP the capture holds only SYNs, none of them sent again: a filter left the answers out.',
    consequence: 'No silence counts: capture again without a filter on TCP flags.',
  },
  only_syns_and_syn_acks: {
    text: 'Of TCP the capture holds only SYNs and SYN-ACKs: a filter left everything else out.',
    consequence: 'A SYN-ACK proves that the port answers; that no ACK follows says nothing.',
  },
  only_control_segments: {
    text: 'Of TCP the capture holds only segments with SYN, FIN or RST: a filter left data and ACKs out.',
    consequence:
      'Handshakes, refusals and resets are proven; what was said on a connection is not in the capture.',
  },
  sampled: {
    text: 'Most TCP connections lack packets that both sides took for received: only a part of the packets was kept (a sample, or a filter).',
    consequence: 'No silence counts, repeated or not: the answer may be among what was not kept.',
  },
  hidden_by_ipsec: {
    text: ipsecText,
    consequence:
      'Ports inside are hidden: what these hosts say to each other there can be neither proven nor ruled out.',
  },
  tunnels_not_opened: {
    text: ({ values: { packets, protocols } }) =>
      `${count(packets)} packets are of protocols that are not looked into: ${protocols.map(unreadText).join('; ')}.`,
    consequence: 'Whatever they carry is in no verdict.',
  },
  no_icmp: {
    text: 'There is no ICMP packet in the capture, long as it is.',
    consequence:
      'Either none was sent or it was filtered out: a router that rejects by ICMP would not be seen.',
  },
  no_arp: {
    text: 'There is neither ARP nor ICMPv6 in the capture, long as it is.',
    consequence: 'Only IP seems to have been captured: a host that does not answer ARP cannot be recognised.',
  },
  no_port_135: {
    text: 'Nobody speaks on port 135 in the capture, long as it is.',
    consequence: 'Either nothing was asked for or a filter hides it: dynamic RPC ports cannot be proven.',
  },

  short_capture: {
    text: ({ values }) =>
      `The capture lasts ${lengthText(values.seconds)}; agents report every 10 to 15 minutes.`,
    consequence:
      'A rule that was not tried may simply not have been due: capture 15 minutes or press "retry".',
  },
  frames_without_time: {
    text: ({ values }) => `${values.frames} frames have no usable timestamp.`,
    consequence: 'Their order is that of the file; waiting times cannot be measured.',
  },
  time_goes_backwards: {
    text: ({ values: { seconds, frames } }) =>
      `Time goes back by up to ${lengthText(seconds)}${frames > 1 ? `, at ${frames} frames` : ''}.`,
    consequence: 'The clock was set or frames are out of order: waiting times around them are not exact.',
  },
  frames_reordered: {
    text: ({ values: { frames, seconds } }) =>
      `${count(frames)} frames lie out of the order of their times, by up to ${shortText(seconds)}.`,
    consequence:
      'They were read in the order of their times, as reordercap would write them; frame numbers are those of the file.',
  },
  clock_outliers: {
    text: outlierText,
    consequence: 'Its time is not believed: it is taken to be of the time of the frame before it.',
  },
  time_gap: {
    text: ({ values }) => `For ${lengthText(values.seconds)} the capture holds no frame at all.`,
    consequence:
      'The clock was set, capturing paused, or nothing was sent: what was tried then is not in the capture.',
  },

  snapped_frames: {
    text: snappedText,
    consequence:
      'Ports and handshakes are not affected; payload may be missing, so services stay unverified.',
  },
  duplicate_packets: {
    text: copiesText,
    consequence: 'Copies are left out: they are no retransmissions and no further attempts.',
  },
  segmentation_offload: {
    text: ({ values }) =>
      `${values.frames} frames carry no IP length (segmentation offload): they were sent by the capturing host.`,
    consequence: 'Their captured length was used.',
  },
  oversize_segments: {
    text: ({ values: { segments, bytes } }) =>
      `${segments} TCP segments are longer than an Ethernet frame carries, up to ${count(bytes)} bytes.`,
    consequence:
      'The adapter of the capturing host cuts or joins them: packets and retransmissions are those of this host, not of the wire.',
  },
  malformed_frames: {
    text: ({ values: { frames, of } }) => `${frames} of ${of} frames are malformed.`,
    consequence: 'What could be read of them was used.',
  },
  only_dropped_frames: {
    text: 'The capturing system marked every frame as dropped: what it let through was not captured.',
    consequence:
      'Drops are proven, but later attempts may have got through, and nothing can be shown to work.',
  },
  drop_verdicts: {
    text: ({ values }) => `The capturing system marked ${values.frames} frames as dropped by itself.`,
    consequence: 'Where nothing else got through, that is proof of who stopped it.',
  },

  trace_not_stopped: {
    text: ({ values: { path } }) =>
      `The capture ${sourceName(path)} had not been stopped when the file was read: it was read as far as it was written.`,
    consequence:
      'Its last packets may be missing, and what Windows writes at the end; stop it and copy it again.',
  },
  trace_circular: {
    text: ({ values: { path } }) =>
      `The file ${sourceName(path)} is circular: once it was full, the newest packets replaced the oldest.`,
    consequence: 'Its beginning may be missing; what is there stands.',
  },
  log_times_wrong: {
    text: ({ values: { path, minutes, met } }) =>
      `The times of the firewall log ${sourceName(path)} are ${hoursText(Math.abs(minutes))} ${minutes > 0 ? 'behind' : 'ahead of'} the packets: ${counted(met, 'entry', 'entries')} of it ${met === 1 ? 'meets its' : 'meet their'} packets only when the times are moved.`,
    consequence: 'They were moved so; what rests on them has medium confidence at the most.',
  },
  log_zone_inferred: {
    text: ({ values: { path, minutes, met } }) =>
      `The firewall log ${sourceName(path)} tells local time and no zone: ${zoneText(minutes)} was inferred, by which ${counted(met, 'entry', 'entries')} of it ${met === 1 ? 'meets its' : 'meet their'} packets.`,
    consequence: 'What rests on it has medium confidence at the most; --firewall-log-zone says it for sure.',
  },
  log_zone_unknown: {
    text: ({ values: { path, entries } }) =>
      `The firewall log ${sourceName(path)} tells local time, and nothing tells its zone; ${counted(entries, 'entry', 'entries')} of it ${entries === 1 ? 'speaks' : 'speak'} of required ports.`,
    consequence: 'They are not used: give the zone with --firewall-log-zone, for example +01:00.',
  },
  log_of_other_time: {
    text: ({ values: { path, entries, from, to } }) =>
      `What the firewall log ${sourceName(path)} tells of required ports (${counted(entries, 'entry', 'entries')}, ${spanText(from, to)}) lies outside of the capture.`,
    consequence: 'It is not used: is the log of another time, or are its clock or its zone wrong?',
  },

  capture_gaps: {
    text: ({ values: { times, seconds } }) =>
      `The capture was interrupted ${oftenText(times)}, for ${duration(seconds)} in all.`,
    consequence: 'What was sent then is missing; what was silent only then proves nothing.',
  },
  clock_jumps: {
    text: ({ values }) => `The clock of this machine jumped ${oftenText(values.times)} while it captured.`,
    consequence: 'Times and waiting times around it are not exact.',
  },
  capture_silent: {
    text: ({ values: { times, seconds, still } }) =>
      `${oftenText(times, 'Once')} nothing at all arrived for ${seconds} s or longer${still ? ', and is still silent' : ''}.`,
    consequence: 'Verdicts stand as they were before.',
  },
  output_trouble: {
    text: ({ values }) => values.trouble,
    consequence: 'What was to be written there is missing.',
  },
};

function phrase<C extends QualityCode>(of: Phrase<C>, finding: QualityFinding<C>): string {
  return typeof of === 'string' ? of : of(finding);
}

/** The finding with its sentences. */
export function qualityModel<C extends QualityCode>(finding: QualityFinding<C>): QualityModel {
  const { code, level, measured, unit, threshold, effects } = finding;
  const phrases: Phrases<C> = QUALITY_PHRASES[finding.code];
  return {
    code,
    level,
    text: phrase(phrases.text, finding),
    measured,
    unit,
    threshold,
    consequence: phrase(phrases.consequence, finding),
    effects,
  };
}
