/** What is kept of firewall logs at most; what a log leaves out is counted in `firewall_logs` of the result. */

/**
 * Bytes read of one firewall log.
 * @reached what follows is not read, and the report says so
 */
export const MAX_LOG_BYTES = 1 << 30;
/**
 * Entries kept of one firewall log that may concern the capture.
 * @reached further ones are counted in the report
 */
export const MAX_LOG_ENTRIES = 200_000;
/**
 * Characters of a line of a firewall log.
 * @reached the rest of the line is passed over
 */
export const MAX_LINE_CHARS = 4096;
/**
 * Characters of one value in the XML of a firewall log.
 * @reached the rest of the value is passed over
 */
export const MAX_VALUE_CHARS = 1024;
/**
 * Values kept of one record in the XML of a firewall log.
 * @reached further ones are passed over
 */
export const MAX_RECORD_VALUES = 64;
/**
 * Elements inside each other in the XML of a firewall log.
 * @reached the record is given up and counted as not understood
 */
export const MAX_XML_DEPTH = 64;
/**
 * Characters without any markup in the XML of a firewall log: no such log has them.
 * @reached the log is read no further, and the report says so
 */
export const MAX_XML_SILENCE = 1 << 20;
/**
 * Names of filters that are kept of one log.
 * @reached rules of further filters have numbers only; counted in the report
 */
export const MAX_FILTER_NAMES = 65_536;
/**
 * Characters of the name of a firewall rule.
 * @reached the rest is left out
 */
export const MAX_NAME_CHARS = 200;
/**
 * Characters of an entry that are quoted as evidence.
 * @reached the rest is left out
 */
export const MAX_QUOTE_CHARS = 400;
/**
 * Firewall logs in one analysis.
 * @reached more are refused before the first packet
 */
export const MAX_LOGS = 32;
