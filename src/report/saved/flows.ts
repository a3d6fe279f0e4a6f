/** The flows of a saved result, each made from its row when it is asked for. */
import { z } from 'zod';
import { OUTCOMES, TRAFFIC_CLASSES } from '../../verdict/words/words.js';
import { NO_PLACE } from '../model/flow-model.js';
import type { EndpointModel, FlowKind, FlowList, FlowModel } from '../model/flow-model.js';
import { parsed } from './parsed.js';
import { certainty, number, seen, text, textOrNone, time, whole } from './shapes.js';

const counters = [whole, whole, whole, seen, whole] as const;
const end = [text, whole, textOrNone] as const;

/** In the order of FLOW_COLUMNS. */
const row = z.tuple([
  whole,
  z.enum(['tcp', 'udp', 'icmp', 'icmp6']),
  ...end,
  ...end,
  z.enum(OUTCOMES),
  z.enum(TRAFFIC_CLASSES),
  textOrNone,
  text,
  textOrNone,
  certainty,
  text,
  text,
  time,
  time,
  number.nullable(),
  ...counters,
  ...counters,
  seen,
  seen,
  text,
  whole,
  whole,
  whole,
  seen,
  z.boolean(),
]);

export class SavedFlows implements FlowList {
  readonly count: number;
  readonly #rows: readonly unknown[];
  readonly #paths: readonly string[];
  readonly #kinds = new Map<string, FlowKind>();

  /** @param paths of the captures @param omitted flows that the result counts and does not hold */
  constructor(rows: readonly unknown[], paths: readonly string[], omitted: number) {
    this.#rows = rows;
    this.#paths = paths;
    this.count = rows.length + omitted;
  }

  at(id: number): FlowModel | undefined {
    for (const flow of this) if (flow.id === id) return flow;
    return undefined;
  }

  /** Those that are there, in their order: a report holds the worst first. */
  worst(limit: number): readonly FlowModel[] {
    return this.#rows.slice(0, limit).map((_, index) => this.#make(index));
  }

  *[Symbol.iterator](): Iterator<FlowModel> {
    for (let index = 0; index < this.#rows.length; index++) yield this.#make(index);
  }

  #make(index: number): FlowModel {
    const one = parsed(row, this.#rows[index], `flows[${index}]`);
    const [id, proto, origIp, origPort, origName, respIp, respPort, respName, ...rest] = one;
    const [outcome, trafficClass, rule, reason, service, serviceCertainty, connState, history, ...measured] =
      rest;
    const [firstTime, lastTime, duration, ...counted] = measured;
    const [op, ob, opb, origSeqBytes, or, rp, rb, rpb, respSeqBytes, rr, ...last] = counted;
    const [synAckDelay, handshakeTime, communityId, fileIndex, firstFrame, lastFrame, vlan, tunneled] = last;
    const words = { outcome, class: trafficClass, rule, service, serviceCertainty, connState };
    const orig = endpoint(origIp, origPort, origName, [op, ob, opb, or]);
    const resp = endpoint(respIp, respPort, respName, [rp, rb, rpb, rr]);
    return {
      id,
      kind: this.#kind(words),
      proto,
      orig,
      resp,
      ...words,
      history,
      reason,
      firstTime,
      lastTime,
      duration: duration ?? Number.NaN,
      synAckDelay,
      handshakeTime,
      communityId,
      communityIdBytes: new TextEncoder().encode(communityId),
      file: this.#paths[fileIndex] ?? '',
      fileIndex,
      firstFrame,
      lastFrame,
      origSeqBytes,
      respSeqBytes,
      vlan,
      tunneled,
    };
  }

  #kind(words: Omit<FlowKind, 'number' | 'reason'>): FlowKind {
    const key = Object.values(words).join(' ');
    let kind = this.#kinds.get(key);
    if (kind === undefined) {
      kind = { ...words, number: this.#kinds.size, reason: null };
      this.#kinds.set(key, kind);
    }
    return kind;
  }
}

function endpoint(
  ip: string,
  port: number,
  name: string,
  [packets, bytes, payloadBytes, retransmissions]: readonly [number, number, number, number],
): EndpointModel {
  return {
    host: { ip, name, place: NO_PLACE },
    ip,
    port,
    name,
    packets,
    bytes,
    payloadBytes,
    retransmissions,
  };
}
