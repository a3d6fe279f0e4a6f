/** When one host asked another's endpoint mapper on 135. */
import type { Flow } from '../flow/flow.js';
import { heardAnAnswer } from './outcome.js';
import { hostKey } from './server.js';

/** TCP port of the endpoint mapper and of DCOM activation. */
export const MAPPER_PORT = 135;
/** A dynamic port is presumed to be RPC when the same pair spoke on 135 this long before, seconds. */
export const RPC_WINDOW_SECONDS = 60;
/** Times remembered per pair of hosts (those within RPC_WINDOW_SECONDS count as one), and pairs remembered. */
const MAX_SPANS_PER_PAIR = 4096;
const MAX_PAIRS = 50_000;

/** From the first to the last of some flows that follow each other closely, seconds since 1970. */
interface TimeRange {
  readonly from: number;
  to: number;
}

/** When one host asked another's endpoint mapper on 135. */
export class MapperExchanges {
  /** Flows that were not remembered because of a limit. */
  dropped = 0;
  private readonly pairs = new Map<string, TimeRange[]>();

  /** Remembers a flow to TCP 135 that got an answer, captured or not. */
  learn(flow: Flow): void {
    if (flow.transport !== 'tcp' || flow.port(1) !== MAPPER_PORT) return;
    if (flow.packets(1) === 0 && !heardAnAnswer(flow)) return;
    const key = pairKey(flow);
    const time = flow.firstSec;
    const ranges = this.pairs.get(key);
    const last = ranges?.at(-1);
    if (ranges === undefined && this.pairs.size < MAX_PAIRS) this.pairs.set(key, [{ from: time, to: time }]);
    else if (last !== undefined && time >= last.from && time - last.to <= RPC_WINDOW_SECONDS) {
      last.to = Math.max(last.to, time);
    } else if (ranges !== undefined && ranges.length < MAX_SPANS_PER_PAIR)
      ranges.push({ from: time, to: time });
    else this.dropped++;
  }

  /** Did the originator ask the responder's mapper shortly before this flow began? */
  precedes(flow: Flow): boolean {
    const start = flow.firstSec;
    const ranges = this.pairs.get(pairKey(flow)) ?? [];
    return ranges.some(({ from, to }) => start >= from && start - to <= RPC_WINDOW_SECONDS);
  }
}

function pairKey(flow: Flow): string {
  return `${hostKey(flow, 0)}>${hostKey(flow, 1)}`;
}
