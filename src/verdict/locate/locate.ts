/**
 * Where the fault lies, step by step, as far as the packets tell; `unknown` where they do not. Every step is a
 * code with its values, a sentence of the finding.
 */
import { ipv4Text, ipv6Text } from '../../flow/record/address.js';
import { NoteKind } from '../../flow/tcp/attempts.js';
import type { Note } from '../../flow/tcp/attempts.js';
import { Flow } from '../../flow/flow.js';
import type { Asked } from '../../flow/vantage/neighbors.js';
import { hopsOf } from '../../flow/hops.js';
import type { CapturePlace } from '../words/capture-place.js';
import { Comparison } from './comparison.js';
import { unansweredEnd } from '../../flow/interruption.js';
import { tellingDrop } from '../flows/drop-report.js';
import type { HostProfile } from '../hosts/host-profile.js';
import { locateDegradation } from './locate-degradation.js';
import { firstRejection, redirectOf } from '../flows/outcome.js';
import { resetSender } from './reset-sender.js';
import { hostKey, hostKeyText } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import type { Identities } from '../hosts/identities.js';
import { askedInVain } from '../hosts/silent-neighbors.js';
import type { SilentNeighbors } from '../hosts/silent-neighbors.js';
import type { LocationStep } from '../words/location-step.js';
import { factsOf, silenceOf } from '../words/reasons.js';
import { UNKNOWN, placeUnknown } from './located.js';
import type { Located } from './located.js';
import type { FlowScan } from '../hosts/flow-scan.js';
import type { RuleVerdict } from '../words/rule-verdict.js';

/** ICMP host unreachable, ICMPv6 address unreachable: the destination was looked for and did not answer. */
function isHostUnreachable(version: number, note: Note): boolean {
  return note.icmp === (version === 4 ? 0x0301 : 0x0103);
}

function hostDown(asked: Asked, host: HostKey): Located {
  const steps = [askedInVain(asked, hostKeyText(host))];
  return { location: 'remote_host', confidence: 'medium', steps, hostDown: true };
}

/** Nothing but silence of the computer: it may not be there at all. */
function isSilence(v: RuleVerdict): boolean {
  if (v.health !== undefined) return v.health.degradation === 'session_cut_silently';
  const silence = silenceOf(v.detail);
  return silence === 'syn' || silence === 'request';
}

/** A router told the sender to take another way, and nothing came back by that either. */
function redirectStep(flow: Flow): LocationStep[] {
  const note = redirectOf(flow);
  if (note === null) return [];
  const { frame } = note;
  const text = (words: Note['sender']): string =>
    flow.version === 4 ? ipv4Text(words[0]) : ipv6Text(...words);
  const gateway = text(note.gateway ?? note.sender);
  const direct = gateway === flow.addressText(0) || gateway === flow.addressText(1);
  return [{ code: 'icmp_redirect', sender: text(note.sender), gateway: direct ? '' : gateway, frame }];
}

/** The originator's first 24 bits of IPv4, or 64 of IPv6: nearly all networks are so long, and no capture tells. */
function isNeighbor(flow: Flow): boolean {
  const same = (word: number, shift: number): boolean =>
    flow.addressWord(0, word) >>> shift === flow.addressWord(1, word) >>> shift;
  return flow.version === 4 ? same(0, 8) : same(0, 0) && same(1, 0);
}

/**
 * Windows reported that nobody answers for the link address to which the packet had to go: of a host on the same network
 * that is the host itself, otherwise it may be the gateway.
 */
function nextHopSilent(flow: Flow): Located | null {
  const told = tellingDrop(flow);
  if (told === null || told.drop !== 'no_neighbor' || told.at !== 0) return null;
  const { drop, reason, location } = told;
  const step: LocationStep = { code: 'drop_reported', reason, location, drop, at: 'originator' };
  if (!isNeighbor(flow)) return placeUnknown(step);
  return { location: 'remote_host', confidence: 'medium', steps: [step], hostDown: true };
}

/** A host that was heard so shortly before an attempt is there; a sign that is older says nothing of the attempt. */
const HEARD_LATELY_SECONDS = 60;

export class Locator {
  private readonly place: CapturePlace;
  private readonly server: ReadonlySet<HostKey>;
  private readonly hosts: HostProfile;
  private readonly comparison: Comparison;
  private readonly neighbors: SilentNeighbors | null;
  private readonly flow: Flow;
  private readonly identities: Identities | null;
  /** Hosts that answered anything at all. */
  private readonly alive = new Set<HostKey>();

  /**
   * @param neighbors absent = nothing is known of ARP and neighbor discovery
   * @param identities absent = each address is a computer
   */
  constructor(
    scan: FlowScan,
    server: ReadonlySet<HostKey>,
    verdicts: readonly RuleVerdict[],
    place: CapturePlace,
    neighbors: SilentNeighbors | null = null,
    identities: Identities | null = null,
  ) {
    this.server = server;
    this.place = place;
    this.neighbors = neighbors;
    this.identities = identities;
    this.hosts = scan.hosts;
    this.comparison = new Comparison(verdicts);
    this.flow = new Flow(scan.table);
    for (const v of verdicts) if (v.works > 0) this.alive.add(v.host);
  }

  /** Where the fault of a failing verdict lies; null = there is none, or nothing to tell of it. */
  locate(v: RuleVerdict): Located | null {
    if (v.verdict === 'working') return null;
    if (v.detail === 'logged_before_wire') return this.fromLog(v);
    const id = v.flows[0];
    if (id === undefined) return this.absent(v);
    const flow = this.flow.move(id);
    const found = this.absentNow(flow, v) ?? this.fromFlow(flow, v);
    if (found.location !== 'unknown') return found;
    const redirect = isSilence(v) ? redirectStep(flow) : [];
    return { ...found, steps: [...found.steps, ...redirect, ...this.comparison.of(v)] };
  }

  /** A computer that nothing was sent to, because nobody answered for its address. */
  private absent(v: RuleVerdict): Located | null {
    const asked = this.neighbors?.throughout(v.host) ?? null;
    if (asked === null) return null;
    return hostDown(asked, v.host);
  }

  /** Silence of a computer whose link address is asked for in vain meanwhile. */
  private absentNow(flow: Flow, v: RuleVerdict): Located | null {
    if (this.neighbors === null || !isSilence(v)) return null;
    const silent = v.health === undefined ? 1 : 1 - (unansweredEnd(flow)?.side ?? 0);
    if (hostKey(flow, silent) !== v.host) return null;
    const asked = this.neighbors.during(flow, v.host);
    if (asked === null) return null;
    return hostDown(asked, v.host);
  }

  private fromFlow(flow: Flow, v: RuleVerdict): Located {
    if (v.health?.degradation === 'reset_at_first') return this.fromReset(flow, true);
    if (v.health?.degradation === 'rejected_at_first') {
      const first = firstRejection(flow);
      return first === null ? UNKNOWN : this.fromIcmp(flow, first.note);
    }
    if (v.health !== undefined) {
      return locateDegradation(v.health, flow, this.server, this.nearServer ? this.place : null);
    }
    const rejection = firstRejection(flow);
    if (rejection !== null && flow.packets(1) === 0) return this.fromIcmp(flow, rejection.note);
    switch (v.detail === 'none' ? 'nothing' : factsOf(v.detail).locatedBy) {
      case 'refusal':
        return this.fromReset(flow, true);
      case 'reset':
        return this.fromReset(flow, false);
      case 'silence':
        return this.fromSilence(flow, v);
      case 'drop_mark':
        return this.fromDrop(v.host);
      case 'drop_report':
        return this.fromReport(flow);
      case 'log':
        return this.fromLog(v);
      case 'half_open':
        return this.fromHalfOpen(flow);
      case 'responder':
        return this.atResponder(flow, { code: 'responder_took_connection' });
      case 'other_address':
        return this.fromElsewhere(v.answerers ?? []);
      case 'responder_or_path':
        return placeUnknown({ code: 'synack_unfit', address: flow.addressText(1) });
      case 'icmp_sender':
      case 'nothing':
        return UNKNOWN;
    }
  }

  /** The system that captured says itself that it dropped the packets. */
  private fromDrop(host: HostKey): Located {
    const step: LocationStep = { code: 'drop_marked' };
    if (this.nearServer) {
      const confidence = this.place.point === 'this_server' ? 'high' : 'medium';
      return { location: 'this_server', confidence, steps: [this.placeStep, step] };
    }
    if (this.place.host === host) {
      return { location: 'remote_host', confidence: 'high', steps: [this.placeStep, step] };
    }
    return placeUnknown(step, { code: 'drop_system_unknown' });
  }

  /** Answers from another address: this server's own, or somebody's. */
  private fromElsewhere(addresses: readonly string[]): Located {
    const own = new Set([...this.server].map(hostKeyText));
    const isOwn = addresses.length > 0 && addresses.every((address) => own.has(address));
    if (!isOwn) return placeUnknown({ code: 'answered_from_elsewhere', addresses });
    return {
      location: 'this_server',
      confidence: 'medium',
      steps: [{ code: 'answered_from_own_address', addresses }],
    };
  }

  /** Windows says itself why it dropped the packets; where it is follows from their direction. */
  private fromReport(flow: Flow): Located {
    const told = tellingDrop(flow);
    if (told === null) return UNKNOWN;
    const { drop, reason, location, at } = told;
    const where = at === 0 ? 'originator' : at === 1 ? 'responder' : 'unknown';
    const step: LocationStep = { code: 'drop_reported', reason, location, drop, at: where };
    if (at < 0) return placeUnknown(step);
    return {
      location: this.isServer(flow, at === 0 ? 0 : 1) ? 'this_server' : 'remote_host',
      confidence: drop === 'no_listener' ? 'high' : 'medium',
      steps: [step],
    };
  }

  /** A machine's own firewall log names it by itself: whose log it is. */
  private fromLog({ logged }: RuleVerdict): Located {
    const block = logged?.[0];
    if (block === undefined) return UNKNOWN;
    const { path, unit, number, ruleName, filterId, layer, at, timeBy } = block;
    return {
      location: this.server.has(block.machine) ? 'this_server' : 'remote_host',
      confidence: timeBy === 'told' ? 'high' : 'medium',
      steps: [{ code: 'logged_block', path, unit, number, rule: ruleName, filterId, layer, at, timeBy }],
    };
  }

  private isServer(flow: Flow, side: 0 | 1): boolean {
    return this.server.has(hostKey(flow, side));
  }

  private get nearServer(): boolean {
    return this.place.point === 'this_server' || this.place.point === 'its_segment';
  }

  private get placeStep(): LocationStep {
    return { code: 'capture_place', place: this.place };
  }

  private atResponder(flow: Flow, step: LocationStep): Located {
    return {
      location: this.isServer(flow, 1) ? 'this_server' : 'remote_host',
      confidence: 'medium',
      steps: [step],
    };
  }

  private fromIcmp(flow: Flow, note: Note): Located {
    const words = note.sender;
    const sender = flow.version === 4 ? ipv4Text(words[0]) : ipv6Text(...words);
    if (sender === flow.addressText(1)) {
      return { ...this.atResponder(flow, { code: 'icmp_from_responder', sender }), confidence: 'high' };
    }
    if (sender === flow.addressText(0)) {
      return {
        location: this.isServer(flow, 0) ? 'this_server' : 'remote_host',
        confidence: 'high',
        steps: [{ code: 'icmp_from_originator', sender }],
      };
    }
    if (isHostUnreachable(flow.version, note)) {
      // The last router looked for the host on its own segment and got no answer.
      return {
        location: this.isServer(flow, 1) ? 'this_server' : 'remote_host',
        confidence: 'medium',
        steps: [{ code: 'icmp_host_does_not_answer', sender }],
      };
    }
    return {
      location: 'path',
      confidence: 'high',
      steps: [{ code: 'icmp_from_device', sender }],
    };
  }

  /** An ICMP error for what the responder sent. */
  private fromIcmpToResponder(flow: Flow, note: Note): Located {
    const words = note.sender;
    const sender = flow.version === 4 ? ipv4Text(words[0]) : ipv6Text(...words);
    const originator = this.isServer(flow, 0) ? 'this_server' : 'remote_host';
    if (sender === flow.addressText(0)) {
      return { location: originator, confidence: 'high', steps: [{ code: 'icmp_from_originator', sender }] };
    }
    if (isHostUnreachable(flow.version, note)) {
      const steps = [{ code: 'icmp_host_does_not_answer', sender } as const];
      return { location: originator, confidence: 'medium', steps };
    }
    return { location: 'path', confidence: 'high', steps: [{ code: 'icmp_from_device', sender }] };
  }

  /** Whose reset is it: a host's packets come from one distance, a forged reset often from another. */
  private fromReset(flow: Flow, refuses: boolean): Located {
    const reset = flow.notes().find((note) => note.kind === NoteKind.Rst && note.side === 1);
    if (reset === undefined) return UNKNOWN;
    const responder = flow.addressText(1);
    if (this.isServer(flow, 1)) return this.resetByServer(reset, refuses && flow.synAckDelay < 0);
    return resetSender(reset, responder, this.hosts.of(hostKey(flow, 1)), refuses);
  }

  private resetByServer(reset: Note, refuses: boolean): Located {
    if (!this.nearServer || hopsOf(reset.ttl) !== 0) {
      return placeUnknown({ code: 'rst_of_server_unverified' });
    }
    return {
      location: 'this_server',
      confidence: 'medium',
      steps: [this.placeStep, { code: refuses ? 'rst_of_server_itself' : 'rst_of_server_after_accepting' }],
    };
  }

  private fromSilence(flow: Flow, { host, cautions }: RuleVerdict): Located {
    const unanswered = nextHopSilent(flow);
    if (unanswered !== null) return unanswered;
    if (this.isServer(flow, 1)) {
      if (!this.nearServer) return UNKNOWN;
      return {
        location: 'this_server',
        confidence: this.place.point === 'this_server' ? 'high' : 'medium',
        steps: [this.placeStep, { code: 'syns_arrived_nothing_left' }],
      };
    }
    const steps: LocationStep[] = this.nearServer ? [this.placeStep, { code: 'syns_left' }] : [];
    const sign = this.lifeSign(flow, host);
    const alive = sign.code !== 'nothing_of_host_answers';
    // What a capture of one direction does not hold, the host may well have sent.
    if (alive || cautions?.includes('one_direction') !== true) steps.push(sign);
    const [other] = this.neighbors?.others(host) ?? [];
    if (other !== undefined && !alive) {
      steps.push({ code: 'another_neighbor_unanswered', address: hostKeyText(other) });
    }
    return placeUnknown(...steps);
  }

  /** Whatever the called address sent counts, unless it is older than what it did not answer; else what another one did. */
  private lifeSign(flow: Flow, host: HostKey): LocationStep {
    const called = hostKey(flow, 1);
    const at = flow.firstSec + flow.firstNsec / 1e9;
    const traits = this.hosts.seen(called);
    const seconds = traits === null ? -1 : at - traits.lastHeard;
    if (traits !== null && seconds <= HEARD_LATELY_SECONDS) {
      return { code: traits.ttl < 0 ? 'host_refuses_elsewhere' : 'host_answers_elsewhere' };
    }
    for (const other of this.identities?.addressesOf(host) ?? []) {
      const heard = this.hosts.seen(other)?.lastHeard ?? -Infinity;
      if (other === called || at - heard > HEARD_LATELY_SECONDS) continue;
      return { code: 'other_address_answers', called: hostKeyText(called), address: hostKeyText(other) };
    }
    if (traits !== null || this.alive.has(host)) return { code: 'host_answered_before', seconds };
    return { code: 'nothing_of_host_answers' };
  }

  /** SYN-ACKs that are sent again and again were not heard by the originator, or somebody says that he turns them away. */
  private fromHalfOpen(flow: Flow): Located {
    const rejection = firstRejection(flow);
    if (rejection !== null) return this.fromIcmpToResponder(flow, rejection.note);
    const repeats = flow.notes().filter((note) => note.kind === NoteKind.SynAck).length;
    if (repeats === 0 || !this.nearServer) return UNKNOWN;
    if (this.isServer(flow, 0)) {
      return {
        location: 'this_server',
        confidence: 'medium',
        steps: [this.placeStep, { code: 'syn_acks_arrive_unheeded' }],
      };
    }
    return placeUnknown({ code: 'syn_acks_do_not_arrive' });
  }
}
