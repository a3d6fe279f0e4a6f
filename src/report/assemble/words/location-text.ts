/** What led to the place of a fault, in sentences. */
import { dropReasonText } from '../../../capture/etl/events/drop-class.js';
import type { DropClass } from '../../../capture/etl/events/drop-class.js';
import type { BlockLayer, LogTime } from '../../../verdict/words/log-block.js';
import { sourceName } from '../input/names.js';
import { placeText } from './place-text.js';
import type { LocationCode, LocationStep } from '../../../verdict/words/location-step.js';

const DROP_MEANS: Readonly<Record<DropClass, string>> = {
  no_listener: 'nothing listens on the port there',
  firewall: 'the Windows Filtering Platform of that machine, its firewall, stopped them',
  ipsec: 'IPsec refused them',
  no_neighbor: 'the next computer does not answer for its link address: it is down or not connected',
  no_route: 'that machine has no route to the other',
  other: 'what that means for the port is not known',
  harmless: 'that is how a healthy stack works',
};

function dropReported({ reason, location, drop, at }: LocationStep<'drop_reported'>): string {
  const where = at === 'unknown' ? '' : ` on the ${at}'s side`;
  const place = `0x${location.toString(16).toUpperCase()}`;
  return `Windows${where} reported the packets as dropped, ${dropReasonText(reason)} at ${place}: ${DROP_MEANS[drop]}.`;
}

const LAYER_MEANS: Readonly<Record<BlockLayer, string>> = {
  connect: 'where connections are opened, so that no packet left',
  accept: 'where connections are accepted',
  no_listener: 'where packets end up for which no socket is there: nothing listens on the port',
  other: '',
  not_told: '',
};

const TIME_MEANS: Readonly<Record<LogTime, string>> = {
  told: '',
  inferred: ' The zone of its times was inferred from packets that it tells of.',
  moved: ' Its times are wrong by hours or quarters of one, and were moved to the packets that it tells of.',
};

function loggedBlock(step: LocationStep<'logged_block'>): string {
  const { path, unit, number, rule, filterId, layer, at, timeBy } = step;
  const filter = filterId === '' ? '' : ` (filter ${filterId})`;
  const by =
    rule === '' ? (filterId === '' ? '' : ` by filter ${filterId}`) : ` by the rule "${rule}"${filter}`;
  const where = LAYER_MEANS[layer];
  return `The ${at}'s own firewall log says that it was blocked there${by}${where === '' ? '' : `, ${where}`} (${sourceName(path)}, ${unit} ${number}).${TIME_MEANS[timeBy]}`;
}

type StepTexts = { readonly [C in LocationCode]: (step: LocationStep<C>) => string };

const STEP_TEXTS: StepTexts = {
  not_told: () => 'The packets do not tell who stopped this traffic.',
  capture_place: ({ place }) => placeText(place.shownBy),
  link_address_unanswered: ({ version, questions, frame, address }) =>
    `${questions} ${version === 4 ? 'ARP requests' : 'neighbor solicitations'} of this server for ${address} (from frame ${frame} on) stay without an answer: the computer is down or not connected to this segment.`,
  another_neighbor_unanswered: ({ address }) =>
    `${address} on the segment of this server does not answer for its link address either: if it is the gateway to this computer, nothing gets further.`,

  answered_from_elsewhere: ({ addresses }) =>
    `The answers came from ${addresses.join(', ')}, an address that was not asked: the computer answers by another of its addresses, or a NAT or load balancer on the way translates one direction only.`,

  answered_from_own_address: ({ addresses }) =>
    `The answers came from ${addresses.join(', ')}, another address of this server, which was not asked: its routes or its network cards send them by the wrong one.`,

  drop_marked: () =>
    'The capture marks the packets as dropped by the system that captured them, by its firewall or a filter driver, or because nothing listens on the port.',
  drop_reported: dropReported,
  logged_block: loggedBlock,
  drop_system_unknown: () => 'Which system that is, is not known.',

  icmp_from_responder: ({ sender }) => `${sender} itself sent the ICMP message.`,
  icmp_from_originator: ({ sender }) => `${sender}, the originator itself, sent the ICMP message.`,
  icmp_host_does_not_answer: ({ sender }) =>
    `${sender}, a router on the way, reports that the host does not answer on its own network: it is down or not connected.`,
  icmp_from_device: ({ sender }) => `${sender}, a device on the way, sent the ICMP message.`,

  icmp_redirect: ({ sender, gateway, frame }) =>
    gateway === ''
      ? `${sender}, a router, says by an ICMP redirect (frame ${frame}) that the destination is on the segment of the sender, and nothing comes back.`
      : `${sender}, a router, redirects the packets to the gateway ${gateway} (ICMP redirect, frame ${frame}), and nothing comes back by it: the route of the sender, or what ${gateway} does with them, is the first candidate.`,

  responder_took_connection: () => 'The responder itself took the connection, so packets get through.',
  syns_left: () => 'The packets left this server.',
  syns_arrived_nothing_left: () =>
    'The packets arrived here and no answer left: the firewall of this server drops them, or nothing listens behind its stealth mode.',
  host_answers_elsewhere: () =>
    'The computer answers on other ports, so it is up and reachable: a firewall on the way or its own drops this port, or nothing listens there behind its stealth mode.',
  host_refuses_elsewhere: () =>
    'The computer, or a device in its name, refuses other ports, so the way there is open: a firewall on the way or its own drops this port, or nothing listens there behind its stealth mode.',
  host_answered_before: ({ seconds }) =>
    `The computer answered before${seconds < 0 ? '' : `, ${Math.round(seconds)} s before this attempt the last time`}; whether it still does, at this address, the packets do not tell.`,
  other_address_answers: ({ called, address }) =>
    `The computer is heard from ${address}, and nothing is heard from ${called}, which was called: it has left that address, or the way to it is another one. Check what its name resolves to.`,
  nothing_of_host_answers: () =>
    'Nothing of this computer answers: it is down, cannot be reached, or drops everything.',
  syn_acks_arrive_unheeded: () =>
    'The SYN-ACKs arrive here and this server does not go on: its own firewall drops them.',
  syn_acks_do_not_arrive: () =>
    'This server answers and sends its SYN-ACK again and again: it does not reach the computer, or the computer drops it.',

  rst_of_server_unverified: () =>
    'The RST carries the address of this server, but the capture point does not tell whether it sent it.',
  rst_of_server_itself: () =>
    'The RST carries its address and an untouched TTL: nothing listens on the port here.',
  rst_of_server_after_accepting: () =>
    'The RST carries its address and an untouched TTL: something listens here, accepts the connection and gives it up.',
  rst_few_packets_to_compare: ({ address }) =>
    `The RST carries the address of ${address}; the capture holds too few of its other packets to tell whether it came from there.`,
  rst_ttl_fits: ({ address, ttl, flows }) =>
    `The RST carries the address of ${address} and its TTL (${ttl}) equals that of ${flows} other flows of this host.`,
  rst_ttl_differs: ({ address, ttl, flows, usual }) =>
    `The RST carries the address of ${address}, but its TTL is ${ttl}, while ${flows} other flows of this host have ${usual}.`,
  rst_ip_id_zero: ({ counted }) =>
    `Its IP identification is 0, while the host counts it in ${counted} SYN-ACKs.`,
  rst_ip_id_counts: () => 'It counts its IP identification as the host does.',
  rst_window: ({ window }) => `Its window is ${window}; a host that has no connection refuses with 0.`,
  rst_signs_disagree: () => 'The signs disagree: the host or a device on the way sent it.',
  rst_other_device_or_way: () => 'It may have been sent by another device or have taken another way.',
  rst_nearer_device: () => 'It was sent by a device that is nearer than the host.',
  rst_ttl_differs_on_connection: ({ address, ttl, usual }) =>
    `The RST carries the address of ${address}, but its TTL is ${ttl}, while the packets of ${address} on the same connection have ${usual}.`,
  rst_device_forgot_or_inspects: () =>
    'It was sent by a device that is nearer than the host: a firewall or load balancer that had forgotten the connection, or one that inspects it.',
  rst_device_inspects: () =>
    'It was sent by a device that is nearer than the host, one that inspects the connection: there was no silence in which it could have been forgotten.',
  rst_sender_not_told: () => 'The packets do not tell who sent the RST.',

  synack_unfit: ({ address }) =>
    `The SYN-ACK in the name of ${address} acknowledges a number that was never sent, which the originator must answer with a RST: a device that proxies SYNs or rewrites sequence numbers has lost track, or the host is broken.`,
  old_connection_kept: ({ address }) =>
    `An ACK with the numbers of another connection came from ${address} first: it, or a device on the way, still held an older connection on the same ports, until the RST that answers such an ACK ended it.`,
  packets_lost_somewhere: () =>
    'Packets are lost somewhere between the two; the capture does not tell where.',
  answered_late_here: () =>
    'The SYN arrived here, and the SYN-ACK left so much later: this server takes the time.',
  late_answer_somewhere: () =>
    'The way, a device on it or the responder takes the time; the capture does not tell which.',
  answered_after_repeat: () =>
    'It was answered only after the SYN was repeated: the first is lost on the way, or the responder ignores it.',
  answers_ended: ({ address, asker, repeats, seconds }) =>
    `${address} answered on this connection before; then ${asker === '' ? 'this server' : asker} asked ${repeats} more times in ${seconds.toFixed(1)} s and nothing came back.`,
  connection_forgotten_or_host_gone: () =>
    'A firewall or NAT on the way has forgotten the connection, or the host or the way to it is gone.',
  host_or_way_gone: () =>
    'There was no long silence before: a device on the way stopped passing the connection, or the host or the way to it is gone.',
  large_segments_lost: ({ bytes }) =>
    `Packets of ${bytes} bytes are sent again in vain while smaller ones pass: the way carries less than both ends believe (path MTU), and the ICMP message that would say so does not arrive.`,
  icmp_too_big: ({ sender, mtu, bytes }) =>
    `${sender}, a device on the way, says by ICMP that packets of ${bytes} bytes are too big${mtu > 0 ? ` (its next hop takes ${mtu} bytes)` : ''}, and they are sent again as large: the sender ignores the message, or its firewall drops it.`,
  who_fell_silent_not_told: () => 'The packets do not tell who stopped answering.',
  window_closed: ({ address, seconds }) =>
    `${address} itself announced a window of 0 bytes for ${seconds.toFixed(1)} s: its program does not take what arrives.`,

  subnet_fails: ({ computers, subnet }) =>
    `It fails alike for all ${computers} computers of ${subnet}, and works for others elsewhere: the path between this server and that network is the first candidate.`,
  works_with_others: ({ computers, hostWorks, inbound }) => {
    const begin = `It works with ${computers === 1 ? 'another computer' : `${computers} other computers`}`;
    if (!hostWorks) return `${begin}, so it concerns this computer or the way to it.`;
    return inbound
      ? `${begin}, and this computer works on other ports: candidates are rules that name this computer and this port.`
      : `${begin}, and this computer answers on other ports: candidates are its own service and firewall, or a rule on the way that names it.`;
  },
  fails_with_all: ({ computers, inbound }) =>
    inbound
      ? `It fails with all ${computers} computers that tried it, which work otherwise: candidates are what they share, the service and firewall of this server or a device before it.`
      : `It fails with all ${computers} computers on which it was tried, which answer otherwise: candidates are what they share, a device on the way or a common policy of their firewalls.`,
};

function stepText<C extends LocationCode>(step: LocationStep<C>): string {
  // The table holds a function of this very code, which the compiler cannot follow for a union.
  const text: (step: LocationStep<C>) => string = STEP_TEXTS[step.code];
  return text(step);
}

/** Sentences in order, '' when nothing led there. */
export function locationText(steps: readonly LocationStep[]): string {
  return steps.map((step) => stepText(step)).join(' ');
}
