/**
 * The pcapng blocks that describe a capture rather than hold frames: draft-ietf-opsawg-pcapng §4.1 (Section
 * Header), §4.2 (Interface Description), §4.5 (Name Resolution), §4.6 (Interface Statistics).
 *
 *   type 4 | total length 4 | body | options | total length 4
 *   SHB body: byte-order magic 4 | major 2 | minor 2 | section length 8
 *   IDB body: link type 2 | reserved 2 | snap length 4
 *   NRB body: (type 2 | length 2 | address, names 0)*        ISB body: interface 4 | timestamp 8
 *
 * Each function gets a block that is whole in `view[at..end)`, its lengths checked.
 */
import ipaddr from 'ipaddr.js';
import type { CaptureInterface } from '../frames/frame.js';
import type { FileFacts } from '../frames/file-facts.js';
import { LimitName, MAX_NAME_BYTES } from '../bytes/limits.js';
import { OPT_COMMENT, OptionCursor, isCount, readText } from './pcapng-options.js';
import { DEFAULT_RESOLUTION, TickClock } from '../bytes/timestamp.js';

const SECTION_OPTIONS_AT = 24;
const INTERFACE_OPTIONS_AT = 16;
const STATISTICS_OPTIONS_AT = 20;
const RECORDS_AT = 8;
const TRAILER_BYTES = 4;
const SectionOption = { Hardware: 2, Os: 3, Application: 4 } as const;
const InterfaceOption = {
  Name: 2,
  Description: 3,
  Resolution: 9,
  Filter: 11,
  Os: 12,
  Offset: 14,
} as const;
const StatisticsOption = { Received: 4, Dropped: 5, OsDropped: 7 } as const;
const NameRecord = { End: 0, Ipv4: 1, Ipv6: 2 } as const;
const FilterKind = { Text: 0, Bpf: 1 } as const;
const BPF_INSTRUCTION_BYTES = 8;

const options = new OptionCursor();

/** One block in the window. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly end: number;
  readonly little: boolean;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** An interface and the clock for its timestamps. */
export interface ReadInterface {
  readonly entry: CaptureInterface;
  readonly clock: TickClock;
}

/** Reads the options of a Section Header Block; the first section names program and machine. Where broken: offset, else -1. */
export function readSection(facts: FileFacts, block: Block): number {
  beginOptions(block, SECTION_OPTIONS_AT);
  while (options.next()) {
    const { code, at, len } = options;
    if (code === OPT_COMMENT) keepComment(facts, block);
    else if (code === SectionOption.Hardware) facts.hardware ??= readText(facts, block.bytes, at, len);
    else if (code === SectionOption.Os) facts.os ??= readText(facts, block.bytes, at, len);
    else if (code === SectionOption.Application) facts.application ??= readText(facts, block.bytes, at, len);
  }
  return options.brokenAt;
}

/** Reads an Interface Description Block, or returns where its option list is broken. */
export function readInterface(facts: FileFacts, block: Block): ReadInterface | number {
  const { bytes, view, little } = block;
  const entry: Writable<CaptureInterface> = {
    linkType: view.getUint16(block.at + 8, little),
    snapLength: view.getUint32(block.at + 12, little),
    resolution: 0,
  };
  let tsresol = DEFAULT_RESOLUTION;
  let offset = 0;
  beginOptions(block, INTERFACE_OPTIONS_AT);
  while (options.next()) {
    const { code, at, len } = options;
    if (code === OPT_COMMENT) keepComment(facts, block);
    else if (code === InterfaceOption.Name) entry.name = readText(facts, bytes, at, len);
    else if (code === InterfaceOption.Description) entry.description = readText(facts, bytes, at, len);
    else if (code === InterfaceOption.Os) entry.os = readText(facts, bytes, at, len);
    else if (code === InterfaceOption.Filter && len > 0) entry.filter = readFilter(facts, block);
    else if (code === InterfaceOption.Resolution && len === 1) tsresol = bytes[at] ?? DEFAULT_RESOLUTION;
    else if (code === InterfaceOption.Offset && len === 8) offset = Number(view.getBigInt64(at, little));
  }
  if (options.brokenAt >= 0) return options.brokenAt;
  const clock = new TickClock(tsresol, offset);
  entry.resolution = clock.resolution;
  return { entry, clock };
}

/** if_filter: a text, or a compiled program that has no text any more. */
function readFilter(facts: FileFacts, block: Block): string {
  const { at, len } = options;
  const kind = block.bytes[at];
  if (kind === FilterKind.Text) return readText(facts, block.bytes, at + 1, len - 1);
  if (kind === FilterKind.Bpf) {
    return `(compiled BPF program, ${Math.floor((len - 1) / BPF_INSTRUCTION_BYTES)} instructions)`;
  }
  // Some writers leave the kind out.
  return readText(facts, block.bytes, at, len);
}

/** Reads a Name Resolution Block. */
export function readNames(facts: FileFacts, block: Block): void {
  const { bytes, view, little } = block;
  const end = block.end - TRAILER_BYTES;
  let at = block.at + RECORDS_AT;
  while (end - at >= 4) {
    const type = view.getUint16(at, little);
    const len = view.getUint16(at + 2, little);
    at += 4;
    if (type === NameRecord.End) break;
    if (at + len > end) {
      facts.reached(LimitName.Options);
      return;
    }
    const addressLen = type === NameRecord.Ipv4 ? 4 : type === NameRecord.Ipv6 ? 16 : 0;
    if (addressLen > 0 && len > addressLen) {
      const address = ipaddr.fromByteArray([...bytes.subarray(at, at + addressLen)]).toString();
      addNames(facts, block, address, at + addressLen, at + len);
    }
    at = Math.min(end, at + ((len + 3) & ~3));
  }
  beginOptions(block, at - block.at);
  while (options.next()) if (options.code === OPT_COMMENT) keepComment(facts, block);
}

/** The zero-ended names in `bytes[at..end)`. */
function addNames(facts: FileFacts, block: Block, address: string, at: number, end: number): void {
  while (at < end) {
    const zero = block.bytes.indexOf(0, at);
    const stop = zero < 0 || zero > end ? end : zero;
    if (stop - at > MAX_NAME_BYTES) facts.reached(LimitName.NameLength);
    if (stop > at) {
      facts.addName(address, readText(facts, block.bytes, at, Math.min(stop - at, MAX_NAME_BYTES)));
    }
    at = stop + 1;
  }
}

/** Reads an Interface Statistics Block into its interface; the counters run from the start, so the last one holds. */
export function readStatistics(facts: FileFacts, block: Block, sectionFirst: number): void {
  const { view, little } = block;
  const entry = facts.interfaces[sectionFirst + view.getUint32(block.at + 8, little)];
  beginOptions(block, STATISTICS_OPTIONS_AT);
  while (options.next()) {
    const { code, at, len } = options;
    if (code === OPT_COMMENT) keepComment(facts, block);
    if (entry === undefined || len !== 8) continue;
    const count = view.getBigUint64(at, little);
    if (!isCount(count)) continue;
    if (code === StatisticsOption.Received) entry.received = count;
    else if (code === StatisticsOption.Dropped) entry.interfaceDropped = count;
    else if (code === StatisticsOption.OsDropped) entry.osDropped = count;
  }
  if (options.brokenAt >= 0) facts.reached(LimitName.Options);
}

function beginOptions(block: Block, from: number): void {
  options.begin(block.view, block.at + from, block.end - TRAILER_BYTES, block.little);
}

function keepComment(facts: FileFacts, block: Block): void {
  if (facts.takesComment()) facts.comments.push(readText(facts, block.bytes, options.at, options.len));
}
