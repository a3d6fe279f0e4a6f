/** What a hostile event trace may make its reader hold; reached limits are counted in `CaptureFile.limits`. */

/** Buffers of one file that are indexed. */
export const MAX_BUFFERS = 1 << 20;
/** The largest buffer on disk, and the largest that one may decompress to, in bytes. */
export const MAX_BUFFER_BYTES = 64 << 20;
/** XPRESS repeats at most so many times what it is given, and a little at least: more is damage. */
export const MAX_EXPANSION = 1024;
export const FREE_EXPANSION_BYTES = 64 << 10;
/** Processors whose buffers are read beside each other; of more, all are read in the order of the file. */
export const MAX_STREAMS = 1024;
/** The longest record: its size is 16 bits. */
export const MAX_RECORD_BYTES = 0x1_0000;
/** Components, edges and names that are kept. */
export const MAX_COMPONENTS = 4096;
export const MAX_POINTS = 8192;
export const MAX_FILTERS = 256;
export const MAX_MAP_ENTRIES = 4096;
export const MAX_NAME_CHARS = 256;
export const MAX_DROP_KINDS = 1024;
/** Packets of which only a part came so far, and the longest of them, in bytes. */
export const MAX_PARTIAL = 256;
export const MAX_PARTIAL_BYTES = 256 << 10;
/** An input that is no plain file is written to a temporary one up to here, in bytes. */
export const MAX_SPOOL_BYTES = 2 * 2 ** 30;

/** Names under which reached limits are counted. */
export const EtlLimit = {
  Buffers: 'trace buffers beyond the first 1,048,576',
  Streams: 'processors beyond 1,024: read in the order of the file',
  Records: 'trace buffers with a record that makes no sense: the rest of the buffer was left out',
  Compressed: 'compressed trace buffers that are damaged: what came out was kept',
  Components: 'components beyond the first 4,096',
  Points: 'places in the network stack beyond the first 8,192',
  Filters: 'packet filters beyond the first 256',
  MapEntries: 'drop reasons beyond the first 4,096',
  Partial: 'unfinished packets beyond 256 at once, or longer than 256 KiB',
  DropKinds: 'kinds of drops beyond the first 1,024',
  Drops: 'drops beside no packet',
  Spool: 'bytes beyond the first 2 GiB of an input that is no plain file',
} as const;
