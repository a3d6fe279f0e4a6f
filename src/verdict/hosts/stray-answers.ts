/**
 * Answers to which the capture holds no question at that address: a SYN-ACK without its SYN, an echo reply without
 * its request. Where the question went to another address, the two are joined by what only its answer can know:
 *
 *   SYN       NAS:49900 -> .21:9003   seq n            echo request  NAS -> .21   identifier, sequence
 *   SYN-ACK   .221:9003 -> NAS:49900  ack n + 1        echo reply    .221 -> NAS  the same
 *
 * The rest is noise from elsewhere (backscatter of attacks in this server's name, a mirror's halves, a load balancer)
 * and says of nobody that he is a computer to be judged.
 */
import { IpProto } from '../../decode/packet/packet.js';
import { Flow } from '../../flow/flow.js';
import { HistoryBit } from '../../flow/record/history.js';
import { FlowFlag } from '../../flow/record/record.js';
import type { FlowTable } from '../../flow/table.js';
import type { HostTable } from './host-table.js';
import type { HostProfile } from './host-profile.js';

/**
 * Answers without a question that are looked at.
 * @reached further ones are taken for flows like all others and are counted
 */
export const MAX_STRAYS = 100_000;
/** Answers of one asker on the same ports that are held against one question. */
const MAX_ALIKE = 16;
/** An answer comes at most so long after the first question, seconds: a SYN is repeated for up to 127 s. */
const LONGEST_WAIT_SECONDS = 130;

export class StrayAnswers {
  /** Left out because of the limit. */
  dropped = 0;
  private readonly ends: HostTable;
  private readonly candidates: number[] = [];
  private readonly strays = new Set<number>();
  /** By flow that asked in vain: the flow of its answer. */
  private readonly answers = new Map<number, number>();

  constructor(ends: HostTable) {
    this.ends = ends;
  }

  /** Looks at a flow whose ends are noted; all of them must have been before `settle`. */
  take(flow: Flow): void {
    if (flow.packets(1) === 0 || !isAnswerAlone(flow)) return;
    if (this.candidates.length < MAX_STRAYS) this.candidates.push(flow.id);
    else this.dropped++;
  }

  /** Joins answers with questions; then it is known which are strays. */
  settle(table: FlowTable, hosts: HostProfile): void {
    if (this.candidates.length === 0) return;
    this.join(table);
    const joined = new Set(this.answers.values());
    const flow = new Flow(table);
    for (const id of this.candidates) {
      flow.move(id);
      // Without a single packet of the asker the capture may lack all that it sends: then nothing is amiss.
      const asks = flow.packets(0) > 0 || hosts.hasSent(this.ends.orig[id]!);
      if (joined.has(id) || (asks && flow.transport === 'tcp')) this.strays.add(id);
    }
  }

  /** Strays that are TCP, for counts from which they are to be left out. */
  *tcp(table: FlowTable): Generator<Flow> {
    const flow = new Flow(table);
    for (const id of this.strays) if (flow.move(id).transport === 'tcp') yield flow;
  }

  has(flow: number): boolean {
    return this.strays.size > 0 && this.strays.has(flow);
  }

  /** The flow on which this one was answered from another address, -1 = none. */
  answerOf(flow: number): number {
    return this.answers.size === 0 ? -1 : (this.answers.get(flow) ?? -1);
  }

  private join(table: FlowTable): void {
    const { ends } = this;
    const byAsker = new Map<string, number[]>();
    const isAsker = new Uint8Array(ends.count);
    for (const id of this.candidates) {
      const key = this.keyOf(id);
      isAsker[ends.orig[id]!] = 1;
      const alike = byAsker.get(key);
      if (alike === undefined) byAsker.set(key, [id]);
      else if (alike.length < MAX_ALIKE) alike.push(id);
    }
    const [question, answer] = [new Flow(table), new Flow(table)];
    for (let id = 0; id < table.count; id++) {
      if (ends.protocols[id] === 0 || isAsker[ends.orig[id]!] === 0) continue;
      if (question.move(id).packets(1) > 0) continue;
      const alike = byAsker.get(this.keyOf(id));
      for (const stray of alike ?? []) {
        if (!belongsTo(question, answer.move(stray))) continue;
        this.answers.set(id, stray);
        break;
      }
    }
  }

  /** Who asks, by which protocol, between which ports. */
  private keyOf(id: number): string {
    const { orig, ports, protocols } = this.ends;
    return `${orig[id]} ${ports[id]} ${protocols[id]}`;
  }
}

/** SYN-ACKs alone, to which the originator says RST or nothing; echo replies alone. */
function isAnswerAlone(flow: Flow): boolean {
  if (flow.protocol === IpProto.Udp) return false;
  if (flow.transport !== 'tcp') return flow.packets(0) === 0 && !flow.oneWay;
  if (!flow.has(FlowFlag.SynAckFirst)) return false;
  const more = HistoryBit.Ack | HistoryBit.Data | HistoryBit.Fin | HistoryBit.FinRst;
  return !flow.hasSent(0, more | HistoryBit.Syn) && !flow.hasSent(1, more);
}

function belongsTo(question: Flow, answer: Flow): boolean {
  const after = answer.firstSec - question.firstSec + (answer.firstNsec - question.firstNsec) / 1e9;
  if (after < -1 || after > LONGEST_WAIT_SECONDS) return false;
  if (question.transport === 'tcp') {
    return question.sawSyn(0) && question.startSeq(0) === answer.startSeq(0);
  }
  return question.startSeq(0) === answer.startSeq(1) || question.lastSeq(0) === answer.lastSeq(1);
}
