/** What the originator's own packets show of answers, captured or not. */
import type { Flow } from './flow.js';
import { HistoryBit } from './record/history.js';

/** An ACK, data or a FIN means that the originator did hear an answer, captured or not. */
export function heardAnAnswer(flow: Flow): boolean {
  return flow.hasSent(0, HistoryBit.Ack | HistoryBit.Data | HistoryBit.Fin);
}
