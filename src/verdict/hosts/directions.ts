/**
 * Pairs of hosts whose answers this capture lacks: TCP shows that the originator heard its peer (it
 * acknowledged), but not one packet came back in any flow. Silence of a datagram proves nothing there.
 */
import { Flow } from '../../flow/flow.js';
import { FlowFlag } from '../../flow/record/record.js';
import type { FlowTable } from '../../flow/table.js';
import type { HostTable } from './host-table.js';
import { heardAnAnswer } from '../../flow/heard.js';

/**
 * Pairs of hosts whose directions are remembered.
 * @reached further ones are counted
 */
const MAX_PAIRS = 50_000;
/** Of a pair as one number: the host whose packets were captured x FROM + the other. */
const FROM = 2 ** 32;

export class MissingAnswers {
  /** Pairs left out because of the limit. */
  dropped = 0;
  private readonly ends: HostTable;
  private readonly pairs = new Set<number>();

  constructor(ends: HostTable) {
    this.ends = ends;
  }

  /** Looks at a flow; all of them must have been before `settle`. */
  take(flow: Flow): void {
    if (flow.packets(1) > 0 || flow.transport !== 'tcp') return;
    if (!flow.has(FlowFlag.Midstream) && !heardAnAnswer(flow)) return;
    const pair = this.pairOf(flow.id);
    if (this.pairs.size < MAX_PAIRS) this.pairs.add(pair);
    else if (!this.pairs.has(pair)) this.dropped++;
  }

  /** Takes out the pairs of which another flow holds what was missing. */
  settle(table: FlowTable): void {
    if (this.pairs.size === 0) return;
    const { orig, resp } = this.ends;
    const involved = new Uint8Array(this.ends.count);
    for (const pair of this.pairs) involved[Math.floor(pair / FROM)] = involved[pair % FROM] = 1;
    const flow = new Flow(table);
    for (let id = 0; id < table.count; id++) {
      if ((involved[orig[id]!]! & involved[resp[id]!]!) === 0) continue;
      if (!flow.move(id).inUse) continue;
      if (flow.packets(1) > 0) this.pairs.delete(this.pairOf(id));
      if (flow.packets(0) > 0) this.pairs.delete(resp[id]! * FROM + orig[id]!);
    }
  }

  /** Does the capture lack all that the responder of this flow sent to its originator? */
  concern(flow: Flow): boolean {
    return this.pairs.size > 0 && this.pairs.has(this.pairOf(flow.id));
  }

  /** The originator's packets were captured. */
  private pairOf(id: number): number {
    return this.ends.orig[id]! * FROM + this.ends.resp[id]!;
  }
}
