/**
 * What an input file may make the readers hold or wait for. A reached limit is counted by name in
 * `CaptureFile.limits` (or is the file's damage), so that nothing is lost without a trace.
 */

/**
 * Window that is read at once, in bytes.
 * @reached the window grows for a longer frame
 */
export const WINDOW_BYTES = 1 << 20;
/**
 * Windows of all files of one timeline together, in bytes.
 * @reached each file gets a smaller window
 */
export const WINDOW_BUDGET_BYTES = 64 << 20;
/** The smallest window a timeline of many files gives to one of them, in bytes. */
export const MIN_WINDOW_BYTES = 64 << 10;
/**
 * Frames that are held back to put them in order of time, all files of one timeline together, in bytes.
 * @reached what is held is handed out in the order of the file
 */
export const HELD_BYTES = 64 << 20;
/**
 * The longest frame that is read, in bytes; libpcap stops at 256 KiB for network links.
 * @reached the file is damaged there; what came before is used
 */
export const MAX_FRAME_BYTES = 16 << 20;
/**
 * A pcap record may exceed the file's snap length up to this many bytes (libpcap's MAXIMUM_SNAPLEN).
 * @reached the file is damaged there; what came before is used
 */
export const TOLERATED_SNAP_BYTES = 256 << 10;
/**
 * The longest pcapng block that is looked into; a frame and room for its options.
 * @reached the block is passed over and counted: `block_size`
 */
export const MAX_BLOCK_BYTES = MAX_FRAME_BYTES + (64 << 10);
/**
 * Interfaces of one file, over all its sections.
 * @reached further ones are not told apart and counted: `interfaces`
 */
export const MAX_INTERFACES = 65_536;
/**
 * Comments kept of one file. etl2pcapng writes one for every frame.
 * @reached further ones are counted: `comments`
 */
export const MAX_COMMENTS = 1_000;
/**
 * Bytes kept of one string of the file.
 * @reached the rest is left out and counted: `text_length`
 */
export const MAX_TEXT_BYTES = 4_096;
/**
 * Names kept of all Name Resolution Blocks of one file.
 * @reached further ones are counted: `declared_names`
 */
export const MAX_NAMES = 65_536;
/**
 * Bytes kept of one declared name: RFC 1035 allows 255.
 * @reached the rest is left out and counted: `declared_name_length`
 */
export const MAX_NAME_BYTES = 255;
/**
 * The largest zstd window, in bytes; what zstd itself accepts without --long=31.
 * @reached the file is damaged there; what came before is used
 */
export const MAX_ZSTD_WINDOW_BYTES = 128 << 20;
/**
 * The longest gzip header (its file name and comment have no limit of their own), in bytes.
 * @reached the file is damaged there; what came before is used
 */
export const MAX_GZIP_HEADER_BYTES = 128 << 10;
/**
 * A member of a gzip file or frame of a zstd file that gives less than this is a small one, in bytes.
 * @reached it counts as a small one
 */
export const SMALL_PART_BYTES = 512;
/**
 * Small members or frames (also empty and skippable ones) of one file.
 * @reached the file is damaged there; what came before is used
 */
export const MAX_SMALL_PARTS = 262_144;
/**
 * Decompressed bytes of one file over its compressed ones, once it has given more than `FREE_EXPANSION_BYTES`.
 * @reached the file is damaged there; what came before is used
 */
export const MAX_EXPANSION = 1000;
/**
 * Decompressed bytes of one file for which the ratio does not count.
 * @reached from there on `MAX_EXPANSION` holds
 */
export const FREE_EXPANSION_BYTES = 256 << 20;
/**
 * Decompressed bytes of one file; streams that are monitored have none.
 * @reached the file is damaged there; what came before is used
 * @option --max-decompressed
 */
export const MAX_DECOMPRESSED_BYTES = 256e9;
/**
 * Files of one timeline.
 * @reached more are refused before anything is read
 */
export const MAX_FILES = 4_096;

/** Codes under which reached limits are counted in `CaptureFile.limits`. */
export const LimitName = {
  Comments: 'comments',
  TextLength: 'text_length',
  Names: 'declared_names',
  NameLength: 'declared_name_length',
  Interfaces: 'interfaces',
  BlockSize: 'block_size',
  Options: 'broken_options',
} as const;

export type CaptureLimit = (typeof LimitName)[keyof typeof LimitName];

/** Of event traces: codes of reached limits, and of records that cannot be used. */
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
