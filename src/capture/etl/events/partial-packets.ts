/**
 * Packets that came in several events (netsh trace before Windows 8.1). The parts of one are logged by one thread,
 * which may change its processor meanwhile: they are put together after the events are in order.
 */
import { EtlLimit } from '../../bytes/limits.js';
import { MAX_PARTIAL, MAX_PARTIAL_BYTES } from '../trace/limits.js';
import type { FileFacts } from '../../frames/file-facts.js';

const FIRST_BYTES = 4096;

/** A packet of which a part came. */
export interface PartialPacket {
  process: number;
  thread: number;
  iface: number;
  bytes: Uint8Array;
  length: number;
}

export class PartialPackets {
  readonly #open: PartialPacket[] = [];
  readonly #spare: PartialPacket[] = [];
  readonly #facts: FileFacts;

  constructor(facts: FileFacts) {
    this.#facts = facts;
  }

  /** Packets of which the rest did not come. */
  get open(): number {
    return this.#open.length;
  }

  /** Begins a packet; one of the same thread and interface that was not finished is dropped. */
  begin(process: number, thread: number, iface: number): PartialPacket {
    const known = this.find(process, thread, iface);
    if (known !== undefined) {
      known.length = 0;
      return known;
    }
    if (this.#open.length >= MAX_PARTIAL) {
      this.#facts.reached(EtlLimit.Partial);
      this.#free(0);
    }
    const one = this.#spare.pop() ?? {
      process,
      thread,
      iface,
      bytes: new Uint8Array(FIRST_BYTES),
      length: 0,
    };
    one.process = process;
    one.thread = thread;
    one.iface = iface;
    one.length = 0;
    this.#open.push(one);
    return one;
  }

  /** The packet that this thread has begun on this interface. */
  find(process: number, thread: number, iface: number): PartialPacket | undefined {
    for (const one of this.#open) {
      if (one.thread === thread && one.process === process && one.iface === iface) return one;
    }
    return undefined;
  }

  /** Adds `bytes[at..at + length)`; what is too long is cut. */
  append(one: PartialPacket, bytes: Uint8Array, at: number, length: number): void {
    const kept = Math.min(length, MAX_PARTIAL_BYTES - one.length);
    if (kept < length) this.#facts.reached(EtlLimit.Partial);
    if (one.length + kept > one.bytes.length) {
      const grown = new Uint8Array(
        Math.min(MAX_PARTIAL_BYTES, Math.max(one.length + kept, one.bytes.length * 2)),
      );
      grown.set(one.bytes.subarray(0, one.length));
      one.bytes = grown;
    }
    one.bytes.set(bytes.subarray(at, at + kept), one.length);
    one.length += kept;
  }

  /** The packet is whole: its bytes are valid until the next `begin`. */
  end(one: PartialPacket): void {
    this.#free(this.#open.indexOf(one));
  }

  #free(at: number): void {
    const [one] = this.#open.splice(at, 1);
    if (one !== undefined && this.#spare.length < MAX_PARTIAL) this.#spare.push(one);
  }
}
