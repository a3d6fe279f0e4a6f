/** What is kept of firewall logs at most. Each limit is counted and told when it is reached. */

/** Bytes read of one log; what follows is not read. pfirewall.log has 32 MiB at most. */
export const MAX_LOG_BYTES = 1 << 30;
/** Entries kept of one log that may concern the capture. */
export const MAX_LOG_ENTRIES = 200_000;
/** Characters of a line, and of one value in XML; the rest of it is passed over. */
export const MAX_LINE_CHARS = 4096;
export const MAX_VALUE_CHARS = 1024;
/** Values kept of one XML record. */
export const MAX_RECORD_VALUES = 64;
/** Elements inside each other; a text that nests deeper is damaged. */
export const MAX_XML_DEPTH = 64;
/** Characters without any markup: no such log has them. */
export const MAX_XML_SILENCE = 1 << 20;
/** Names of filters, and characters of one. */
export const MAX_FILTER_NAMES = 65_536;
export const MAX_NAME_CHARS = 200;
/** Characters of an entry that are quoted as evidence. */
export const MAX_QUOTE_CHARS = 400;
/** Logs in one analysis. */
export const MAX_LOGS = 32;
