/** The addresses of flows as text: those in use come again in many connections, so each is made once for a while. */
import { Flow } from '../../flow/flow.js';
import type { FlowTable } from '../../flow/table.js';
import type { Side } from './dissector.js';
import type { AddressPair } from './learner.js';

const SLOTS = 1_024;
/** IP version and the address: what a text is made of. */
const WORDS = 5;

export class FlowEnds implements AddressPair {
  private readonly flow: Flow;
  private readonly words = new Int32Array(SLOTS * WORDS);
  private readonly texts: string[] = new Array<string>(SLOTS).fill('');

  constructor(table: FlowTable) {
    this.flow = new Flow(table);
  }

  text(side: Side, flow: number): string {
    const { words } = this;
    const reader = this.flow.move(flow);
    const { version } = reader;
    const w0 = reader.addressWord(side, 0);
    const w1 = reader.addressWord(side, 1);
    const w2 = reader.addressWord(side, 2);
    const w3 = reader.addressWord(side, 3);
    const mixed = Math.imul(w0 ^ w1 ^ w2 ^ w3, 0x9e3779b1);
    const slot = (mixed ^ (mixed >>> 15)) & (SLOTS - 1);
    const at = slot * WORDS;
    if (
      words[at] !== version ||
      words[at + 1] !== w0 ||
      words[at + 2] !== w1 ||
      words[at + 3] !== w2 ||
      words[at + 4] !== w3
    ) {
      words[at] = version;
      words[at + 1] = w0;
      words[at + 2] = w1;
      words[at + 3] = w2;
      words[at + 4] = w3;
      this.texts[slot] = reader.addressText(side);
    }
    return this.texts[slot]!;
  }
}
