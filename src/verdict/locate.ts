/**
 * Where the fault lies, step by step, as far as the packets tell; `unknown` where they do not. Every step is a
 * sentence of the finding.
 */
import { ipv4Text, ipv6Text } from '../flow/address.js';
import { NoteKind } from '../flow/attempts.js';
import type { Note } from '../flow/attempts.js';
import { Flow } from '../flow/flow.js';
import type { FlowTable } from '../flow/table.js';
import { hopsOf } from './capture-point.js';
import type { CapturePlace } from './capture-point.js';
import { locateAilment } from './locate-ailment.js';
import { firstRejection } from './outcome.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';
import { UNKNOWN } from './located.js';
import type { Located } from './located.js';
import type { RuleVerdict } from './tally.js';
import { TtlProfile } from './ttl-profile.js';

/** Flows of a host that must agree on a TTL before a reset with another one is called foreign. */
const MIN_AGREEING = 2;

/** ICMP host unreachable, ICMPv6 address unreachable: the destination was looked for and did not answer. */
function isHostUnreachable(version: number, note: Note): boolean {
  return note.icmp === (version === 4 ? 0x0301 : 0x0103);
}

export class Locator {
  private readonly place: CapturePlace;
  private readonly server: ReadonlySet<HostKey>;
  private readonly ttls: TtlProfile;
  private readonly flow: Flow;
  /** Hosts that answered anything at all. */
  private readonly alive = new Set<HostKey>();

  constructor(
    table: FlowTable,
    server: ReadonlySet<HostKey>,
    verdicts: readonly RuleVerdict[],
    place: CapturePlace,
  ) {
    this.server = server;
    this.place = place;
    this.ttls = new TtlProfile(table);
    this.flow = new Flow(table);
    for (const v of verdicts) if (v.works > 0) this.alive.add(v.host);
  }

  /** Where the fault of a failing verdict lies. */
  locate(v: RuleVerdict): Located {
    const id = v.flows[0];
    if (id === undefined || v.verdict === 'working' || v.verdict === 'not_observed') return UNKNOWN;
    const flow = this.flow.move(id);
    if (v.health !== undefined) return locateAilment(v.health, flow, this.server);
    const rejection = firstRejection(flow);
    if (rejection !== null && flow.packets(1) === 0) return this.fromIcmp(flow, rejection.note);
    switch (v.detail) {
      case 'rst_answers_syn':
      case 'reset_instead_of_answer':
      case 'reset_before_data':
        return this.fromReset(flow);
      case 'syn_silent':
      case 'request_silent':
        return this.fromSilence(flow, v.host);
      case 'handshake_not_completed':
        return this.fromHalfOpen(flow);
      case 'wrong_service':
      case 'closed_by_responder':
        return this.atResponder(flow, 'The responder itself took the connection, so packets get through.');
      default:
        return UNKNOWN;
    }
  }

  private isServer(flow: Flow, side: 0 | 1): boolean {
    return this.server.has(hostKey(flow, side));
  }

  private get nearServer(): boolean {
    return this.place.point === 'this_server' || this.place.point === 'its_segment';
  }

  private atResponder(flow: Flow, step: string): Located {
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
      const step = `${sender} itself sent the ICMP message.`;
      return { ...this.atResponder(flow, step), confidence: 'high' };
    }
    if (sender === flow.addressText(0)) {
      return {
        location: this.isServer(flow, 0) ? 'this_server' : 'remote_host',
        confidence: 'high',
        steps: [`${sender}, the originator itself, sent the ICMP message.`],
      };
    }
    if (isHostUnreachable(flow.version, note)) {
      // The last router looked for the host on its own segment and got no answer.
      return {
        location: this.isServer(flow, 1) ? 'this_server' : 'remote_host',
        confidence: 'medium',
        steps: [
          `${sender}, a router on the way, reports that the host does not answer on its own network: it is down or not connected.`,
        ],
      };
    }
    return {
      location: 'path',
      confidence: 'high',
      steps: [`${sender}, a device on the way, sent the ICMP message.`],
    };
  }

  /** Whose reset is it: a host's packets come from one distance, a forged reset often from another. */
  private fromReset(flow: Flow): Located {
    const reset = flow.notes().find((note) => note.kind === NoteKind.Rst && note.side === 1);
    if (reset === undefined) return UNKNOWN;
    const responder = flow.addressText(1);
    if (this.isServer(flow, 1)) return this.resetByServer(reset);
    const known = this.ttls.of(hostKey(flow, 1));
    if (known === null || known.same < MIN_AGREEING || known.other > 0) {
      return {
        location: 'unknown',
        confidence: 'low',
        steps: [
          `The RST carries the address of ${responder}; the capture holds too few of its other packets to tell whether it came from there.`,
        ],
      };
    }
    if (known.ttl === reset.ttl) {
      return {
        location: 'remote_host',
        confidence: 'medium',
        steps: [
          `The RST carries the address of ${responder} and its TTL (${reset.ttl}) equals that of ${known.same} other flows of this host.`,
        ],
      };
    }
    const nearer = hopsOf(reset.ttl) < hopsOf(known.ttl);
    return {
      location: nearer ? 'path' : 'unknown',
      confidence: 'medium',
      steps: [
        `The RST carries the address of ${responder}, but its TTL is ${reset.ttl}, while ${known.same} other flows of this host have ${known.ttl}.`,
        nearer
          ? 'It was sent by a device that is nearer than the host.'
          : 'It may have been sent by another device or have taken another way.',
      ],
    };
  }

  private resetByServer(reset: Note): Located {
    if (!this.nearServer || hopsOf(reset.ttl) !== 0) {
      return {
        location: 'unknown',
        confidence: 'low',
        steps: [
          'The RST carries the address of this server, but the capture point does not tell whether it sent it.',
        ],
      };
    }
    return {
      location: 'this_server',
      confidence: 'medium',
      steps: [
        this.place.reason,
        'The RST carries its address and an untouched TTL: nothing listens on the port here.',
      ],
    };
  }

  private fromSilence(flow: Flow, host: HostKey): Located {
    if (this.isServer(flow, 1)) {
      if (!this.nearServer) return UNKNOWN;
      return {
        location: 'this_server',
        confidence: this.place.point === 'this_server' ? 'high' : 'medium',
        steps: [
          this.place.reason,
          'The packets arrived here and no answer left: the firewall of this server drops them, or nothing listens behind its stealth mode.',
        ],
      };
    }
    const steps = this.nearServer ? [this.place.reason, 'The packets left this server.'] : [];
    steps.push(
      this.alive.has(host)
        ? 'The computer answers on other ports, so it is up and reachable: a firewall on the way or its own drops this port, or nothing listens there behind its stealth mode.'
        : 'Nothing of this computer answers: it is down, cannot be reached, or drops everything.',
    );
    return { location: 'unknown', confidence: 'low', steps };
  }

  /** SYN-ACKs that are sent again and again were not heard by the originator. */
  private fromHalfOpen(flow: Flow): Located {
    const repeats = flow.notes().filter((note) => note.kind === NoteKind.SynAck).length;
    if (repeats === 0 || !this.nearServer) return UNKNOWN;
    if (this.isServer(flow, 0)) {
      return {
        location: 'this_server',
        confidence: 'medium',
        steps: [
          this.place.reason,
          'The SYN-ACKs arrive here and this server does not go on: its own firewall drops them.',
        ],
      };
    }
    return {
      location: 'unknown',
      confidence: 'low',
      steps: [
        'This server answers and sends its SYN-ACK again and again: it does not reach the computer, or the computer drops it.',
      ],
    };
  }
}
