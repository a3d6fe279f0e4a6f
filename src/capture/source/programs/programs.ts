/**
 * The programs that capture for us: their command lines and what they say of their counts. Each writes pcap or
 * pcapng to its standard output as the packets come.
 */
import { fileURLToPath } from 'node:url';
import type { FeedCounters } from '../feed/feed.js';

export type ProgramKind = 'tcpdump' | 'dumpcap' | 'cap';

/** What a program is to capture. */
export interface CaptureTarget {
  /** Names as the capture library knows them. */
  readonly interfaces: readonly string[];
  /** '' = none. */
  readonly filter: string;
  /** Bytes kept of a frame; 0 = all. */
  readonly snapLength: number;
}

/** A signal that asks for counts. */
export interface Question {
  readonly signal: NodeJS.Signals;
  /** The program says this once it heeds the signal: before, the signal would end it. */
  readonly after: string;
}

export interface CaptureProgram {
  readonly kind: ProgramKind;
  readonly file: string;
  /** One child captures on several interfaces. */
  readonly several: boolean;
  readonly timestamps: 'kernel' | 'arrival';
  args(target: CaptureTarget): readonly string[];
  /** Has it open an interface, tell its link types, and end. */
  probeArgs(name: string): readonly string[];
  /** How it is made to tell its counts; null = it tells them at its end, if ever. */
  readonly asksBy: Question | null;
  /** What a line of its messages says of the counts of this run; null = nothing. */
  countsOf(line: string): Partial<FeedCounters> | null;
}

/** The kernel's buffer: a third of a second at 100,000 full packets, several seconds of an ordinary load. */
export const KERNEL_BUFFER_MEBIBYTES = 64;

/** The package cap has libpcap lay out a slot of full length for every packet, so that many fewer find room. */
export const CAP_BUFFER_MEBIBYTES = 128;
/** For messages that can be understood here, whatever the user's language. */
export const MESSAGE_ENVIRONMENT = { LC_ALL: 'C' } as const;

export function tcpdumpProgram(file: string, platform: NodeJS.Platform = process.platform): CaptureProgram {
  return {
    kind: 'tcpdump',
    file,
    several: false,
    timestamps: 'kernel',
    args: ({ interfaces, filter, snapLength }) => [
      ...['-i', interfaces[0] ?? 'any', '-n', '-U', '-B', String(KERNEL_BUFFER_MEBIBYTES * 1024)],
      ...(snapLength > 0 ? ['-s', String(snapLength)] : []),
      ...['-w', '-'],
      ...(filter === '' ? [] : ['--', filter]),
    ],
    probeArgs: (name) => ['-p', '-i', name, '-L'],
    // It answers SIGINFO where there is one (BSD, macOS), which Node cannot send.
    // The handler comes after the file header was written and before these words (tcpdump.c, main).
    asksBy: platform === 'linux' ? { signal: 'SIGUSR1', after: 'listening on' } : null,
    countsOf: tcpdumpCounts,
  };
}

/** 'N packets captured, N packets received by filter, N packets dropped by kernel', on one line or on several. */
function tcpdumpCounts(line: string): Partial<FeedCounters> | null {
  const number = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(line)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  const received = number(/(\d+) packets? received by filter/);
  const droppedByKernel = number(/(\d+) packets? dropped by kernel/);
  const droppedByInterface = number(/(\d+) packets? dropped by interface/);
  if (received === undefined && droppedByKernel === undefined && droppedByInterface === undefined)
    return null;
  return {
    ...(received === undefined ? {} : { received }),
    ...(droppedByKernel === undefined ? {} : { droppedByKernel }),
    ...(droppedByInterface === undefined ? {} : { droppedByInterface }),
  };
}

export function dumpcapProgram(file: string): CaptureProgram {
  return {
    kind: 'dumpcap',
    file,
    several: true,
    timestamps: 'kernel',
    args: ({ interfaces, filter, snapLength }) => [
      // Options before the first interface hold for all of them.
      ...['-q', '-B', String(KERNEL_BUFFER_MEBIBYTES)],
      ...(snapLength > 0 ? ['-s', String(snapLength)] : []),
      ...(filter === '' ? [] : ['-f', filter]),
      ...interfaces.flatMap((name) => ['-i', name]),
      ...['-w', '-'],
    ],
    probeArgs: (name) => ['-p', '-i', name, '-L'],
    asksBy: null,
    countsOf: dumpcapCounts,
  };
}

/** "Packets received/dropped on interface 'eth0': 15/2 (pcap:1/dumpcap:1/flushed:0/ps_ifdrop:0) (88.2%)". */
function dumpcapCounts(line: string): Partial<FeedCounters> | null {
  const found =
    /^Packets received\/dropped on interface .*: (\d+)\/\d+ \(pcap:(\d+)\/dumpcap:(\d+)\/flushed:(\d+)\/ps_ifdrop:(\d+)\)/.exec(
      line,
    );
  if (found === null) return null;
  const [received = 0, kernel = 0, dumpcap = 0, flushed = 0, adapter = 0] = found.slice(1).map(Number);
  return {
    received: received + kernel + dumpcap + flushed,
    droppedByKernel: kernel + dumpcap + flushed,
    droppedByInterface: adapter,
  };
}

/** The optional package cap in a process of its own (cap-child.ts). */
export function capProgram(): CaptureProgram {
  const child = fileURLToPath(new URL('./cap-child.js', import.meta.url));
  return {
    kind: 'cap',
    file: process.execPath,
    several: false,
    timestamps: 'arrival',
    args: ({ interfaces, filter, snapLength }) => [
      child,
      interfaces[0] ?? '',
      filter,
      String(snapLength),
      String(CAP_BUFFER_MEBIBYTES),
    ],
    probeArgs: (name) => [child, name, '', '0', '1', 'probe'],
    asksBy: null,
    countsOf: () => null,
  };
}
