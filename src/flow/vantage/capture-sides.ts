/**
 * Copies of packets that were captured at two places, on two interfaces of a file or in two files, whose times are a
 * constant apart: another clock, or the way between the two. How far is learned from packets that are equal, for each
 * pair of places; from then on what comes so much later is a copy.
 *
 *   remembered: | signature | time, us | place | places that had a copy of it |
 *
 * Nobody sends the same IP identification again, so two such packets suffice; others need more that agree.
 */

/**
 * Places of one analysis (interfaces, files) that are compared with each other.
 * @reached packets of further ones are taken as they are
 */
export const MAX_PLACES = 8;
/** The times of two places are at the most so far apart, microseconds. */
export const MAX_OFFSET_MICROS = 10_000_000;
/** What comes within so much of the offset is a copy, microseconds: the way takes a little more or less each time. */
const TOLERANCE_MICROS = 20_000;
/** Points that prove an offset: those of two packets with an IP identification, or of eight without. */
const PROVEN = 8;
const MAX_POINTS = 64;
const ID_POINTS = 4;
/** Packets that are remembered at the most. */
const ENTRIES = 65_536;
const ENTRY_WORDS = 4;

const Entry = { Signature: 0, Micros: 1, Place: 2, Copied: 3 } as const;

export class CaptureSides {
  /** Copies found, and seconds by which the last of them was apart from the first packet. */
  found = 0;
  seconds = 0;
  /** No more than one place is known of: there is nothing to compare, and nothing is remembered. */
  isLone = false;
  private readonly places = new Map<number, number>();
  private lastKey = -1;
  private lastPlace = -1;
  private readonly entries = new Int32Array(ENTRIES * ENTRY_WORDS).fill(-1);
  /** For each pair of the place that came first and the later one: microseconds apart, and points for it. */
  private readonly offsets = new Int32Array(MAX_PLACES * MAX_PLACES);
  private readonly points = new Int32Array(MAX_PLACES * MAX_PLACES);

  /**
   * @param micros time of the packet, modulo 2^32
   * @param hasId it has an IP identification
   * @returns is it the copy of a packet of another place? Remembers it if not.
   */
  isCopy(signature: number, micros: number, hasId: boolean, iface: number, fileIndex: number): boolean {
    if (this.isLone) return false;
    const place = this.placeOf(iface, fileIndex);
    const { entries } = this;
    if (place < 0) return false;
    const at = (signature & (ENTRIES - 1)) * ENTRY_WORDS;
    const first = entries[at + Entry.Place]!;
    const mine = 1 << place;
    if (entries[at] === signature && first !== place && (entries[at + Entry.Copied]! & mine) === 0) {
      const apart = (micros - entries[at + Entry.Micros]!) | 0;
      if (Math.abs(apart) <= MAX_OFFSET_MICROS) {
        const copy = this.learn(first * MAX_PLACES + place, apart, hasId ? ID_POINTS : 1);
        if (copy) {
          entries[at + Entry.Copied] = entries[at + Entry.Copied]! | mine;
          this.found++;
          this.seconds = apart / 1e6;
        }
        return copy;
      }
    }
    entries[at] = signature;
    entries[at + Entry.Micros] = micros;
    entries[at + Entry.Place] = place;
    entries[at + Entry.Copied] = 0;
    return false;
  }

  /** Is a packet of a pair of places, so far apart, a copy by what is known of the two? */
  private learn(pair: number, apart: number, points: number): boolean {
    const known = this.points[pair]!;
    const agrees = known > 0 && Math.abs(apart - this.offsets[pair]!) <= TOLERANCE_MICROS;
    if (agrees) {
      this.points[pair] = Math.min(known + points, MAX_POINTS);
      // Clocks drift.
      this.offsets[pair] = this.offsets[pair]! + ((apart - this.offsets[pair]!) >> 3);
      return known + points >= PROVEN;
    }
    this.points[pair] = known - points;
    if (known <= points) {
      this.points[pair] = points;
      this.offsets[pair] = apart;
    }
    return false;
  }

  /** -1 = beyond the limit. */
  private placeOf(iface: number, fileIndex: number): number {
    const key = fileIndex * 0x10000 + (iface & 0xffff);
    if (key === this.lastKey) return this.lastPlace;
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.places.size < MAX_PLACES ? this.places.size : -1;
      if (place >= 0) this.places.set(key, place);
    }
    this.lastKey = key;
    this.lastPlace = place;
    return place;
  }
}
