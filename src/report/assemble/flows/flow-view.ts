/**
 * A flow as the report lists it, read from the table where a format asks: history, Community ID and the like are
 * made only for those who print them.
 */
import type { Flow, Transport } from '../../../flow/flow.js';
import { FlowFlag } from '../../../flow/record/record.js';
import type { Outcome, TrafficClass } from '../../../verdict/words/words.js';
import type { EndpointModel, FlowModel, HostText, ServiceCertainty } from '../../model/flow-model.js';
import type { TimeStamp } from '../../model/time-model.js';
import type { FlowKinds, JudgedKind } from './flow-kinds.js';
import type { HostTexts } from '../words/host-texts.js';
import type { ReportInput } from '../input/input.js';
import { attributionText, outcomeReasonText } from '../words/phrases.js';
import { LazyTimeStamp } from '../input/time.js';

/** One end of the flow that the view stands on. */
class EndpointView implements EndpointModel {
  private readonly flow: Flow;
  private readonly side: 0 | 1;
  private readonly hosts: HostTexts;

  constructor(flow: Flow, side: 0 | 1, hosts: HostTexts) {
    this.flow = flow;
    this.side = side;
    this.hosts = hosts;
  }

  get host(): HostText {
    return this.hosts.of(this.flow, this.side);
  }

  get ip(): string {
    return this.host.ip;
  }

  get port(): number {
    return this.flow.port(this.side);
  }

  get name(): string {
    return this.host.name;
  }

  get packets(): number {
    return this.flow.packets(this.side);
  }

  get bytes(): number {
    return this.flow.bytes(this.side);
  }

  get payloadBytes(): number {
    return this.flow.payload(this.side);
  }

  get retransmissions(): number {
    return this.flow.retransmissions(this.side);
  }
}

/** What is the same for all flows of a report. */
export interface FlowSource {
  readonly input: ReportInput;
  readonly kinds: FlowKinds;
  readonly hosts: HostTexts;
  /** What the inputs are called. */
  readonly paths: readonly string[];
}

/** Shows the flow that `flow` stands on: moving it moves the view. */
export class FlowView implements FlowModel {
  readonly orig: EndpointModel;
  readonly resp: EndpointModel;
  private readonly source: FlowSource;
  private readonly flow: Flow;

  constructor(source: FlowSource, flow: Flow) {
    this.source = source;
    this.flow = flow;
    this.orig = new EndpointView(flow, 0, source.hosts);
    this.resp = new EndpointView(flow, 1, source.hosts);
  }

  get id(): number {
    return this.flow.id;
  }

  get proto(): Transport {
    return this.flow.transport;
  }

  get kind(): JudgedKind {
    const kind = this.source.kinds.of(this.flow.id);
    if (kind === null) throw new RangeError(`flow ${this.flow.id} was not judged`);
    return kind;
  }

  get connState(): string {
    return this.kind.connState;
  }

  get history(): string {
    return this.flow.historyText();
  }

  get outcome(): Outcome {
    return this.kind.outcome;
  }

  get class(): TrafficClass {
    return this.kind.class;
  }

  get reason(): string {
    const { reason, outcomeReason } = this.kind;
    if (reason !== null) return reason;
    const outcome = outcomeReasonText(outcomeReason);
    const source = attributionText(this.source.input.judgement.rpc.attribute(this.flow));
    return source === '' ? outcome : `${outcome}; ${source}`;
  }

  get rule(): string {
    return this.kind.rule;
  }

  get service(): string {
    return this.kind.service;
  }

  get serviceCertainty(): ServiceCertainty {
    return this.kind.serviceCertainty;
  }

  get firstTime(): TimeStamp {
    return new LazyTimeStamp(this.flow.firstSec, this.flow.firstNsec);
  }

  get lastTime(): TimeStamp {
    return new LazyTimeStamp(this.flow.lastSec, this.flow.lastNsec);
  }

  get duration(): number {
    return this.flow.duration;
  }

  get synAckDelay(): number {
    return this.flow.synAckDelay;
  }

  get handshakeTime(): number {
    return this.flow.handshakeTime;
  }

  get communityId(): string {
    return this.flow.communityIdText();
  }

  get communityIdBytes(): Uint8Array {
    return this.flow.communityIdBytes();
  }

  get file(): string {
    return this.source.paths[this.flow.firstFile] ?? '';
  }

  get fileIndex(): number {
    return this.flow.firstFile;
  }

  get firstFrame(): number {
    return this.flow.firstFrame;
  }

  get lastFrame(): number {
    return this.flow.lastFrame;
  }

  get origSeqBytes(): number {
    return this.flow.duration > 0 ? this.flow.content(0) : -1;
  }

  get respSeqBytes(): number {
    return this.flow.duration > 0 ? this.flow.content(1) : -1;
  }

  get vlan(): number {
    return this.flow.vlan;
  }

  get tunneled(): boolean {
    return this.flow.has(FlowFlag.Tunneled);
  }
}
