/** The flows as a report lists them; see model.ts for what holds for all of it. */
import type { TimeStamp } from './time-model.js';
import type { Outcome, TrafficClass } from '../../verdict/words/words.js';

/** Place of a host that is not worth remembering. */
export const NO_PLACE = -1;

/** An address with the name that is known for it. Formats may remember it by its place. */
export interface HostText {
  readonly ip: string;
  /** '' = none. */
  readonly name: string;
  /** A small number, which one that is met later may get as well; or `NO_PLACE`. */
  readonly place: number;
}

export interface EndpointModel {
  readonly host: HostText;
  readonly ip: string;
  /** TCP/UDP port; ICMP type (orig) and code (resp). */
  readonly port: number;
  readonly name: string;
  readonly packets: number;
  /** IP bytes, headers included. */
  readonly bytes: number;
  readonly payloadBytes: number;
  readonly retransmissions: number;
}

/** `suspected`: one side's bytes look like it; `confirmed`: both sides' do; '' = not recognised. */
export type ServiceCertainty = 'confirmed' | 'suspected' | '';

/** What is said of many flows in the same words. Formats may remember it by its number. */
export interface FlowKind {
  /** 0, 1, 2 ... within a report. */
  readonly number: number;
  readonly outcome: Outcome;
  readonly class: TrafficClass;
  readonly rule: string;
  /** null = each flow has its own. */
  readonly reason: string | null;
  readonly service: string;
  readonly serviceCertainty: ServiceCertainty;
  readonly connState: string;
}

export interface FlowModel {
  readonly id: number;
  readonly kind: FlowKind;
  readonly proto: 'tcp' | 'udp' | 'icmp' | 'icmp6';
  readonly orig: EndpointModel;
  readonly resp: EndpointModel;
  readonly connState: string;
  readonly history: string;
  readonly outcome: Outcome;
  readonly class: TrafficClass;
  /** Why it is of this class / outcome, one short phrase. */
  readonly reason: string;
  /** Rule id or ''. */
  readonly rule: string;
  /** What the payload showed, '' = not recognised. Never derived from the port. */
  readonly service: string;
  readonly serviceCertainty: ServiceCertainty;
  readonly firstTime: TimeStamp;
  readonly lastTime: TimeStamp;
  /** Seconds. */
  readonly duration: number;
  /** Seconds from SYN to SYN-ACK and from SYN to the ACK that completes; -1 = not seen. */
  readonly synAckDelay: number;
  readonly handshakeTime: number;
  readonly communityId: string;
  /** The same in ASCII, overwritten when the next flow is asked. */
  readonly communityIdBytes: Uint8Array;
  /** Of the first frame; its index into `captures`. */
  readonly file: string;
  readonly fileIndex: number;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Content bytes by sequence numbers as Zeek counts them (payload without repeats, with gaps); -1 = unset. */
  readonly origSeqBytes: number;
  readonly respSeqBytes: number;
  /** VLAN id, -1 = none; whether it was inside a tunnel. */
  readonly vlan: number;
  readonly tunneled: boolean;
}

/**
 * All flows, produced one at a time so that a million of them never exist at once. What iteration gives is a reused
 * view: it holds until the next step.
 */
export interface FlowList extends Iterable<FlowModel> {
  readonly count: number;
  /** The flow with this id; undefined when there is none. */
  at(id: number): FlowModel | undefined;
  /** Flows by their worth to a reader: failed and unexpected first; at most `limit`. */
  worst(limit: number): readonly FlowModel[];
}
