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

/** Codes under which reached limits, and records that cannot be used, are counted. */
export const EtlLimit = {
  Buffers: 'etl_buffers',
  Streams: 'etl_processors',
  Records: 'etl_broken_records',
  Compressed: 'etl_broken_compression',
  Components: 'etl_components',
  Points: 'etl_places',
  Filters: 'etl_filters',
  MapEntries: 'etl_drop_reasons',
  Partial: 'etl_unfinished_packets',
  DropKinds: 'etl_drop_kinds',
  Drops: 'etl_drops_without_packet',
  Spool: 'etl_spool',
} as const;

export type EtlLimitCode = (typeof EtlLimit)[keyof typeof EtlLimit];
