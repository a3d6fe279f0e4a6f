/**
 * Numbers of pcapng: block types (draft-ietf-opsawg-pcapng §10.1), their shortest total lengths, and where the
 * frame is in those that hold one.
 */

/** Section Header Block: reads the same in both byte orders. */
export const SECTION = 0x0a0d_0d0a;
/** Blocks that are read; all others are passed by their length. */
export const BlockType = {
  Interface: 1,
  Packet: 2,
  Simple: 3,
  Names: 4,
  Statistics: 5,
  Enhanced: 6,
} as const;
/** Tells a section's byte order. */
export const ORDER_MAGIC = 0x1a2b_3c4d;
/** Type and both lengths. */
export const MIN_BLOCK_BYTES = 12;
/** The shortest total length of each block with fixed fields. */
export const MIN_SECTION_BYTES = 28;
export const MIN_INTERFACE_BYTES = 20;
export const MIN_STATISTICS_BYTES = 24;
export const MIN_SIMPLE_BYTES = 16;
export const MIN_FRAME_BYTES = 32;
/** Where the frame begins in an Enhanced and in an obsolete Packet Block. */
export const FRAME_AT = 28;
/** Where the frame begins in a Simple Packet Block. */
export const SIMPLE_FRAME_AT = 12;
/** Drop count of an obsolete Packet Block that does not know it. */
export const UNKNOWN_DROPS = 0xffff;
/**
 * Blocks without a frame that Wireshark gives a frame number to: the systemd journal, custom blocks, sysdig
 * events. They are passed here, but counted, so that frame numbers mean the same in both programs.
 */
export const numberedTypes: ReadonlySet<number> = new Set([
  9, 0xbad, 0x4000_0bad, 0x204, 0x208, 0x216, 0x221,
]);

/** Whether a Section Header Block may begin at `at`; its type reads the same in both byte orders. */
export function isPcapng(view: DataView, at: number): boolean {
  return view.getUint32(at, false) === SECTION;
}
