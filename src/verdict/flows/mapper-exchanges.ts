/** When one host asked another's endpoint mapper on 135. */
import type { Flow } from '../../flow/flow.js';
import type { HostTable } from '../hosts/host-table.js';

/** A dynamic port is presumed to be RPC when the same pair spoke on 135 this long before, seconds. */
export const RPC_WINDOW_SECONDS = 60;
/** Times remembered per pair of hosts (those within RPC_WINDOW_SECONDS count as one), and pairs remembered. */
const MAX_SPANS_PER_PAIR = 4096;
/**
 * Pairs of hosts whose exchanges on port 135 are remembered.
 * @reached further ones are counted: `mapper_exchanges`
 */
export const MAX_PAIRS = 50_000;

/** From the first to the last of some flows that follow each other closely, seconds since 1970. */
interface TimeRange {
  readonly from: number;
  to: number;
}

const NO_RANGES: readonly TimeRange[] = [];

/** When one host asked another's endpoint mapper on 135. */
export class MapperExchanges {
  /** Flows that were not remembered because of a limit. */
  dropped = 0;
  private readonly ends: HostTable;
  private readonly pairs = new Map<number, TimeRange[]>();

  constructor(ends: HostTable) {
    this.ends = ends;
  }

  /** Remembers a flow to TCP 135 that got an answer, captured or not. */
  learn(flow: Flow): void {
    const key = this.pairOf(flow);
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
    const ranges = this.pairs.get(this.pairOf(flow)) ?? NO_RANGES;
    return ranges.some(({ from, to }) => start >= from && start - to <= RPC_WINDOW_SECONDS);
  }

  /** The two ends as one number, small enough for V8 to keep it without a box where there are not too many hosts. */
  private pairOf(flow: Flow): number {
    const { orig, resp, count } = this.ends;
    return orig[flow.id]! * count + resp[flow.id]!;
  }
}
