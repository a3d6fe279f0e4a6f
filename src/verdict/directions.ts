/**
 * Pairs of hosts whose answers this capture lacks: TCP shows that the originator heard its peer (it
 * acknowledged), but not one packet came back in any flow. Silence of a datagram proves nothing there.
 */
import type { Flow } from '../flow/flow.js';
import { FlowFlag } from '../flow/record.js';
import type { FlowTable } from '../flow/table.js';
import { heardAnAnswer } from './outcome.js';
import { hostKey } from './server.js';

/** Pairs remembered; more are counted in `dropped`. */
const MAX_PAIRS = 50_000;

export class MissingAnswers {
  /** Pairs left out because of the limit. */
  dropped = 0;
  private readonly pairs = new Set<string>();

  constructor(table: FlowTable, flow: Flow) {
    for (let id = 0; id < table.count; id++) {
      flow.move(id);
      if (!flow.inUse) continue;
      if (flow.transport !== 'tcp' || flow.packets(1) > 0) continue;
      if (!flow.has(FlowFlag.Midstream) && !heardAnAnswer(flow)) continue;
      if (this.pairs.size < MAX_PAIRS) this.pairs.add(pairKey(flow, 0));
      else if (!this.pairs.has(pairKey(flow, 0))) this.dropped++;
    }
    if (this.pairs.size === 0) return;
    for (let id = 0; id < table.count; id++) {
      flow.move(id);
      if (!flow.inUse) continue;
      if (flow.packets(1) > 0) this.pairs.delete(pairKey(flow, 0));
      if (flow.packets(0) > 0) this.pairs.delete(pairKey(flow, 1));
    }
  }

  /** Does the capture lack all that the responder of this flow sent to its originator? */
  concern(flow: Flow): boolean {
    return this.pairs.size > 0 && this.pairs.has(pairKey(flow, 0));
  }
}

/** `from` = the side that sends in the direction which was captured. */
function pairKey(flow: Flow, from: 0 | 1): string {
  return `${hostKey(flow, from)}>${hostKey(flow, 1 - from)}`;
}
