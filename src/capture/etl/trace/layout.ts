/**
 * Numbers of Windows event traces (.etl): evntrace.h, evntcons.h, and the layouts of ntwmi.h that are not in the
 * SDK (known from many traces). All integers are little-endian.
 *
 *   buffer:  BufferSize 4 | SavedOffset 4 | CurrentOffset 4 | 4 | TimeStamp 8 | 0x18 SequenceNumber 8 | 8 |
 *            0x28 processor 2 | logger 2 | 0x2c state 4 | 0x30 Offset 4 | 0x34 flags 2 | type 2 | 16 | records ...
 *   event:   size 2 | type 1 | c0 | 4 flags 2 | 2 | 8 thread 4 | 12 process 4 | 16 time 8 | 24 provider 16 |
 *            40 id 2 | version 1 | 3 | 46 task 2 | 48 keyword 8 | 56 processor time 8 | 64 activity 16 | payload
 *   classic: size 2 | type 1 | c0 | 4 opcode 1 | 3 | 8 thread 4 | 12 process 4 | 16 time 8 | 24 provider 16 | 8
 */

/** Bytes of WMI_BUFFER_HEADER: the first record lies behind it. */
export const BUFFER_HEADER_BYTES = 72;
export const BufferFlag = { EventsLost: 2, BufferLost: 4, ProcessorIndex: 0x20, Compressed: 0x40 } as const;
export const BufferType = { Generic: 0, Rundown: 1, Header: 4 } as const;
/** COMPRESSION_FORMAT_ of ntifs.h. */
export const Compression = { Lznt1: 2, Xpress: 3, XpressHuff: 4 } as const;

/** Third byte of a record. */
export const RecordType = {
  System32: 1,
  System64: 2,
  Compact32: 3,
  Compact64: 4,
  Full32: 10,
  Instance32: 11,
  Error: 13,
  PerfInfo32: 16,
  PerfInfo64: 17,
  Event32: 18,
  Event64: 19,
  Full64: 20,
  Instance64: 21,
} as const;
/** Fourth byte of a record: a trace header, or a message of WPP. */
export const TRACE_HEADER = 0xc0;
export const MESSAGE_HEADER = 0x90;
export const EVENT_HEADER_BYTES = 80;
export const CLASSIC_HEADER_BYTES = 48;
/** Bit of an event's flags: extended items lie before the payload. */
export const EVENT_EXTENDED = 1;
export const MAX_EXTENDED_ITEMS = 16;

/** Offsets in a record. */
export const At = {
  Flags: 4,
  Opcode: 4,
  Thread: 8,
  Process: 12,
  Time: 16,
  Provider: 24,
  Id: 40,
  KeywordLow: 48,
  KeywordHigh: 52,
} as const;

/** Whose record it is, of those that are read. */
export const Provider = { None: 0, PktMon: 1, NdisCapture: 2, Metadata: 3 } as const;

/** Microsoft-Windows-PktMon {4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac} as four words. */
const PKTMON = [0x4d4f_80d9, 0x4d73_c8bd, 0xc919_5bbb, 0xacc5_0204] as const;
/** Microsoft-Windows-NDIS-PacketCapture {2ed6006e-4729-4609-b423-3ee7bcd678ef}. */
const NDIS = [0x2ed6_006e, 0x4609_4729, 0xe73e_23b4, 0xef78_d6bc] as const;
/** The trace's own description of its events {bbccf6c1-6cd1-48c4-80ff-839482e37671}. */
const METADATA = [0xbbcc_f6c1, 0x48c4_6cd1, 0x9483_ff80, 0x7176_e382] as const;

/** The provider whose GUID is at `at`. */
export function providerAt(view: DataView, at: number): number {
  switch (view.getUint32(at, true)) {
    case PKTMON[0]:
      return isRest(view, at, PKTMON) ? Provider.PktMon : Provider.None;
    case NDIS[0]:
      return isRest(view, at, NDIS) ? Provider.NdisCapture : Provider.None;
    case METADATA[0]:
      return isRest(view, at, METADATA) ? Provider.Metadata : Provider.None;
    default:
      return Provider.None;
  }
}

function isRest(view: DataView, at: number, guid: readonly [number, number, number, number]): boolean {
  return (
    view.getUint32(at + 4, true) === guid[1] &&
    view.getUint32(at + 8, true) === guid[2] &&
    view.getUint32(at + 12, true) === guid[3]
  );
}

/** Where the payload of the event at `at` begins, behind its extended items; -1 = they run past `end`. */
export function payloadAt(view: DataView, at: number, end: number): number {
  let from = at + EVENT_HEADER_BYTES;
  if ((view.getUint16(at + At.Flags, true) & EVENT_EXTENDED) === 0) return from;
  for (let items = 0; items < MAX_EXTENDED_ITEMS; items++) {
    if (from + 8 > end) return -1;
    const size = view.getUint16(from, true);
    const more = view.getUint16(from + 4, true) & 1;
    if (size < 8 || from + size > end) return -1;
    from += (size + 7) & ~7;
    if (more === 0) return from <= end ? from : -1;
  }
  return -1;
}
