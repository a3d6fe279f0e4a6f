/** What a hostile event trace may make its reader hold; reached limits are counted in `CaptureFile.limits`. */

/**
 * Buffers of one file that are indexed.
 * @reached further ones are not read and counted: `etl_buffers`
 */
export const MAX_BUFFERS = 1 << 20;
/**
 * The largest buffer on disk, and the largest that one may decompress to, in bytes.
 * @reached the buffer is left out and counted: `etl_broken_compression`
 */
export const MAX_BUFFER_BYTES = 64 << 20;
/**
 * XPRESS repeats at most so many times what it is given, and a little at least.
 * @reached what came out so far is kept, and it is counted: `etl_broken_compression`
 */
export const MAX_EXPANSION = 1024;
export const FREE_EXPANSION_BYTES = 64 << 10;
/**
 * Processors whose buffers are read beside each other.
 * @reached the file is read in its own order, and it is counted: `etl_processors`
 */
export const MAX_STREAMS = 1024;
/** The longest record: its size is 16 bits. */
export const MAX_RECORD_BYTES = 0x1_0000;
/**
 * Components of the network stack that have names.
 * @reached further ones have none and are counted: `etl_components`
 */
export const MAX_COMPONENTS = 4096;
/**
 * Places in the network stack that are told apart.
 * @reached packets taken at further ones are not told from others; counted: `etl_places`
 */
export const MAX_POINTS = 8192;
/**
 * Packet filters that are listed.
 * @reached further ones are counted: `etl_filters`
 */
export const MAX_FILTERS = 256;
/**
 * Texts of the machine's reasons for drops.
 * @reached further reasons have numbers only and are counted: `etl_drop_reasons`
 */
export const MAX_MAP_ENTRIES = 4096;
/**
 * Characters of a name.
 * @reached the rest is left out
 */
export const MAX_NAME_CHARS = 256;
/**
 * Kinds of drops that are counted apart.
 * @reached further ones are counted together: `etl_drop_kinds`
 */
export const MAX_DROP_KINDS = 1024;
/**
 * Packets of which only a part came so far.
 * @reached the oldest is given up and counted: `etl_unfinished_packets`
 */
export const MAX_PARTIAL = 256;
/**
 * The longest packet that comes in parts, in bytes.
 * @reached it is given up and counted: `etl_unfinished_packets`
 */
export const MAX_PARTIAL_BYTES = 256 << 10;
/**
 * An input that is no plain file is written to a temporary one up to here, in bytes.
 * @reached the rest is not read and counted: `etl_spool`
 */
export const MAX_SPOOL_BYTES = 2 * 2 ** 30;
