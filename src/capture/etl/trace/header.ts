/**
 * The first buffer of a trace: how to tell one, and the log file's own event (TRACE_LOGFILE_HEADER of evntrace.h).
 *
 *   0x48 SYSTEM_TRACE_HEADER 32: version 2 | type 1 (1 or 2: 32 or 64 bit) | c0 | size 2 | hook 2 | 8 | time 8 | 8
 *   0x68 BufferSize 4 | major, minor, 2 | build 4 | processors 4 | 16 EndTime 8 | 8 | 28 MaxFileSize 4 | mode 4 |
 *        36 BuffersWritten 4 | 4 | PointerSize 4 | 48 EventsLost 4 | CpuMHz 4 | two pointers | 72 time zone 172 |
 *        248 BootTime 8 | PerfFreq 8 | 264 StartTime 8 | 272 clock type 4 | BuffersLost 4 | logger 0 | file 0
 *        (with pointers of 4 bytes all from 56 on lies 8 bytes earlier)
 */
import { isTimeZone } from '../../bytes/time-zone.js';
import type { TimeZone, ZoneChange } from '../../bytes/time-zone.js';
import { readText } from './text.js';

const EVENT_AT = 0x48;
const PAYLOAD_AT = EVENT_AT + 32;
const FIXED_BYTES = 280;
const ZONE_NAME_CHARS = 32;
/** EVENT_TRACE_FILE_MODE_CIRCULAR. */
const MODE_CIRCULAR = 2;
/** Enough of a file to tell that it is a trace. */
export const ETL_HEAD_BYTES = EVENT_AT + 8;
const MAX_FIRST_BUFFER_BYTES = 64 << 20;

export interface LogFileHeader {
  /** '10.0.20348' */
  readonly version: string;
  readonly build: number;
  readonly processors: number;
  /** FILETIME; 0 = the session had not ended. */
  readonly endTime: bigint;
  readonly startTime: bigint;
  readonly circular: boolean;
  readonly eventsLost: number;
  readonly buffersLost: number;
  readonly processorMHz: number;
  /** Counts a second. */
  readonly frequency: number;
  readonly clockType: number;
  /** Count of the clock at `startTime`. */
  readonly firstCount: bigint;
  /** Minutes to add to the machine's time for UTC, and the name of its standard time. */
  readonly bias: number;
  readonly zone: string;
  /** Null = what stands there can be no zone. */
  readonly timeZone: TimeZone | null;
  /** 'Relogger': pktmon or netsh merged the file when the capture was stopped. */
  readonly logger: string;
  /** COMPRESSION_FORMAT_, of use only where a buffer is compressed. */
  readonly compression: number;
}

/** TIME_ZONE_INFORMATION: bias 4 | name 64 | standard 16 | bias 4 | name 64 | daylight 16 | bias 4. */
function readTimeZone(view: DataView, at: number): TimeZone | null {
  const zone = {
    bias: view.getInt32(at, true),
    standard: readChange(view, at + 68),
    standardBias: view.getInt32(at + 84, true),
    daylight: readChange(view, at + 152),
    daylightBias: view.getInt32(at + 168, true),
  };
  return isTimeZone(zone) ? zone : null;
}

/** SYSTEMTIME: year, month, weekday, day, hour, minute, second, milliseconds, 2 each. */
function readChange(view: DataView, at: number): ZoneChange {
  const word = (index: number): number => view.getUint16(at + 2 * index, true);
  return { year: word(0), month: word(1), weekday: word(2), day: word(3), hour: word(4), minute: word(5) };
}

/** Whether these are the first bytes of an event trace; it has no magic, so its first event must make sense. */
export function isEtl(view: DataView, at: number, length: number): boolean {
  if (length < ETL_HEAD_BYTES) return false;
  const bufferSize = view.getUint32(at, true);
  const headerType = view.getUint8(at + EVENT_AT + 2);
  const size = view.getUint16(at + EVENT_AT + 4, true);
  return (
    bufferSize > EVENT_AT &&
    bufferSize <= MAX_FIRST_BUFFER_BYTES &&
    view.getUint32(at + 0x30, true) <= bufferSize &&
    (headerType === 1 || headerType === 2) &&
    view.getUint8(at + EVENT_AT + 3) === 0xc0 &&
    view.getUint16(at + EVENT_AT + 6, true) === 0 &&
    size > 8 &&
    EVENT_AT + size <= bufferSize
  );
}

/** Reads the first `length` bytes of a trace; a sentence where they are too few. */
export function readLogFileHeader(view: DataView, length: number): LogFileHeader | string {
  const end = Math.min(length, view.getUint32(0, true));
  // PointerSize lies before the pointers themselves.
  const pointers = end >= PAYLOAD_AT + 48 && view.getUint32(PAYLOAD_AT + 44, true) === 4 ? 8 : 0;
  const needed = PAYLOAD_AT + FIXED_BYTES - pointers;
  if (end < needed) {
    return `the trace's header is cut: ${needed} bytes expected, ${end} found`;
  }
  const early = PAYLOAD_AT;
  const late = PAYLOAD_AT - pointers;
  const build = view.getUint32(early + 8, true);
  const nameEnd = late + 76 + 2 * ZONE_NAME_CHARS;
  return {
    version: `${view.getUint8(early + 4)}.${view.getUint8(early + 5)}.${build}`,
    build,
    processors: view.getUint32(early + 12, true),
    endTime: view.getBigUint64(early + 16, true),
    circular: (view.getUint32(early + 32, true) & MODE_CIRCULAR) !== 0,
    eventsLost: view.getUint32(early + 48, true),
    processorMHz: view.getUint32(early + 52, true),
    bias: view.getInt32(late + 72, true),
    zone: readText(view, late + 76, nameEnd).text,
    timeZone: readTimeZone(view, late + 72),
    frequency: Number(view.getBigUint64(late + 256, true)),
    startTime: view.getBigUint64(late + 264, true),
    clockType: view.getUint32(late + 272, true),
    buffersLost: view.getUint32(late + 276, true),
    logger: readText(view, late + 280, end).text,
    firstCount: view.getBigUint64(EVENT_AT + 16, true),
    compression: view.getUint32(0x2c, true) & 0xffff,
  };
}
