/** Frames at other times. */
import type { AnnotatedFrame } from '../../src/capture/pcap/pcapng-writer.js';

/** A frame at another time, `seconds` later. */
export function later(frame: AnnotatedFrame, seconds: number): AnnotatedFrame {
  const nanos = Math.round((frame.nsec / 1e9 + seconds) * 1e9);
  const whole = Math.floor(nanos / 1e9);
  return { ...frame, sec: frame.sec + whole, nsec: nanos - whole * 1e9 };
}
