/** The flows of a shared report: views of the others', with pseudonyms, one at a time. */
import { icmpCounterpart } from '../../flow/record/key.js';
import { communityIdBytes } from '../../flow/record/community-id.js';
import type { IdEndpoint } from '../../flow/record/community-id.js';
import { parseAddress } from '../../flow/record/address.js';
import type { AddressWords } from '../../flow/record/address.js';
import { IpProto } from '../../decode/packet/packet.js';
import type {
  EndpointModel,
  FlowKind,
  FlowList,
  FlowModel,
  HostText,
} from '../../report/model/flow-model.js';
import type { TimeStamp } from '../../report/model/time-model.js';
import type { ReplaceText } from './shape.js';

const PROTO: Readonly<Record<FlowModel['proto'], number>> = {
  tcp: IpProto.Tcp,
  udp: IpProto.Udp,
  icmp: IpProto.Icmp,
  icmp6: IpProto.Icmpv6,
};

/** Hosts and kinds come again in many flows, as the same objects. */
class Known {
  readonly by: ReplaceText;
  readonly #hosts = new WeakMap<HostText, SharedHost>();
  readonly #kinds = new WeakMap<FlowKind, FlowKind>();

  constructor(by: ReplaceText) {
    this.by = by;
  }

  host(host: HostText): SharedHost {
    let made = this.#hosts.get(host);
    if (made === undefined) {
      const ip = this.by('address', host.ip);
      made = { ip, name: this.by('host', host.name), place: host.place, words: parseAddress(ip) };
      this.#hosts.set(host, made);
    }
    return made;
  }

  kind(kind: FlowKind): FlowKind {
    let made = this.#kinds.get(kind);
    if (made === undefined) {
      made = { ...kindFields(kind), reason: kind.reason === null ? null : this.by('prose', kind.reason) };
      this.#kinds.set(kind, made);
    }
    return made;
  }
}

interface SharedHost extends HostText {
  /** null = no address. */
  readonly words: AddressWords | null;
}

/** Its fields may be getters. */
function kindFields(kind: FlowKind): Omit<FlowKind, 'reason'> {
  const { number, outcome, class: trafficClass, rule, service, serviceCertainty, connState } = kind;
  return { number, outcome, class: trafficClass, rule, service, serviceCertainty, connState };
}

class SharedEndpoint implements EndpointModel {
  private readonly source: EndpointModel;
  private readonly known: Known;

  constructor(source: EndpointModel, known: Known) {
    this.source = source;
    this.known = known;
  }

  get host(): SharedHost {
    return this.known.host(this.source.host);
  }

  get ip(): string {
    return this.host.ip;
  }

  get name(): string {
    return this.host.name;
  }

  get port(): number {
    return this.source.port;
  }

  get packets(): number {
    return this.source.packets;
  }

  get bytes(): number {
    return this.source.bytes;
  }

  get payloadBytes(): number {
    return this.source.payloadBytes;
  }

  get retransmissions(): number {
    return this.source.retransmissions;
  }
}

/** Shows what its source shows: when that moves on, so does this. */
class SharedFlow implements FlowModel {
  readonly orig: SharedEndpoint;
  readonly resp: SharedEndpoint;
  private readonly source: FlowModel;
  private readonly known: Known;

  constructor(source: FlowModel, known: Known) {
    this.source = source;
    this.known = known;
    this.orig = new SharedEndpoint(source.orig, known);
    this.resp = new SharedEndpoint(source.resp, known);
  }

  get id(): number {
    return this.source.id;
  }

  get kind(): FlowKind {
    return this.known.kind(this.source.kind);
  }

  get proto(): FlowModel['proto'] {
    return this.source.proto;
  }

  get connState(): string {
    return this.source.connState;
  }

  get history(): string {
    return this.source.history;
  }

  get outcome(): FlowModel['outcome'] {
    return this.source.outcome;
  }

  get class(): FlowModel['class'] {
    return this.source.class;
  }

  get reason(): string {
    return this.kind.reason ?? this.known.by('prose', this.source.reason);
  }

  get rule(): string {
    return this.source.rule;
  }

  get service(): string {
    return this.source.service;
  }

  get serviceCertainty(): FlowModel['serviceCertainty'] {
    return this.source.serviceCertainty;
  }

  get firstTime(): TimeStamp {
    return this.source.firstTime;
  }

  get lastTime(): TimeStamp {
    return this.source.lastTime;
  }

  get duration(): number {
    return this.source.duration;
  }

  get synAckDelay(): number {
    return this.source.synAckDelay;
  }

  get handshakeTime(): number {
    return this.source.handshakeTime;
  }

  get communityId(): string {
    return String.fromCharCode(...this.communityIdBytes);
  }

  /** Of the pseudonyms: what is opened in Wireshark beside it is the shared evidence. */
  get communityIdBytes(): Uint8Array {
    const { words: orig } = this.orig.host;
    const { words: resp } = this.resp.host;
    if (orig === null || resp === null) return NO_ID;
    const icmp = this.proto === 'icmp' || this.proto === 'icmp6';
    const oneWay = icmp && icmpCounterpart(orig.version, this.orig.port) < 0;
    const end = ({ words }: AddressWords, port: number): IdEndpoint => ({ words, port });
    const [from, to] = [end(orig, this.orig.port), end(resp, this.resp.port)];
    return communityIdBytes(PROTO[this.proto], orig.version, from, to, oneWay);
  }

  get file(): string {
    return this.known.by('file', this.source.file);
  }

  get fileIndex(): number {
    return this.source.fileIndex;
  }

  get firstFrame(): number {
    return this.source.firstFrame;
  }

  get lastFrame(): number {
    return this.source.lastFrame;
  }

  get origSeqBytes(): number {
    return this.source.origSeqBytes;
  }

  get respSeqBytes(): number {
    return this.source.respSeqBytes;
  }

  get vlan(): number {
    return this.source.vlan;
  }

  get tunneled(): boolean {
    return this.source.tunneled;
  }
}

const NO_ID = new Uint8Array(0);

export class SharedFlows implements FlowList {
  readonly count: number;
  private readonly source: FlowList;
  private readonly known: Known;

  constructor(source: FlowList, by: ReplaceText) {
    this.source = source;
    this.count = source.count;
    this.known = new Known(by);
  }

  at(id: number): FlowModel | undefined {
    const found = this.source.at(id);
    return found === undefined ? undefined : new SharedFlow(found, this.known);
  }

  worst(limit: number): readonly FlowModel[] {
    return this.source.worst(limit).map((one) => new SharedFlow(one, this.known));
  }

  /** What is iterated over is one reused view, or a flow of its own each time. */
  *[Symbol.iterator](): Iterator<FlowModel> {
    let last: FlowModel | null = null;
    let view: SharedFlow | null = null;
    for (const flow of this.source) {
      if (flow !== last || view === null) {
        last = flow;
        view = new SharedFlow(flow, this.known);
      }
      yield view;
    }
  }
}
