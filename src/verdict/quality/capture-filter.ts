/**
 * What a capture filter leaves out, from its text alone (pcap-filter syntax; other languages are not understood
 * and are said to hide nothing). An exclusion ("not port 22") hides only what it names.
 */

const EXCLUSION =
  /(?:\bnot\b|!)\s*(?:\([^()]*\)|(?:[a-z0-9]+\s+)*?(?:port|portrange|host|net)\s+\S+|[a-z0-9]+)/g;
const NAMES_PROTOCOL_OR_PORT = /\b(?:tcp|udp|port|portrange|arp|icmp6?)\b/;

/** The filter without its exclusions. */
function demanded(filter: string): string {
  return filter.toLowerCase().replace(EXCLUSION, ' ');
}

/** Is ICMP left out although it is in any unfiltered capture? */
export function hidesIcmp(filter: string): boolean {
  if (/(?:\bnot|!)\s*icmp/i.test(filter)) return true;
  const wanted = demanded(filter);
  return NAMES_PROTOCOL_OR_PORT.test(wanted) && !/\bicmp/.test(wanted);
}

/** Is TCP port 135 left out? */
export function hidesMapper(filter: string): boolean {
  const wanted = demanded(filter);
  if (/\bport(?:range)?\b/.test(wanted)) return !coversMapper(wanted);
  return NAMES_PROTOCOL_OR_PORT.test(wanted) && !/\btcp\b/.test(wanted);
}

function coversMapper(wanted: string): boolean {
  if (/\b(?:135|epmap)\b/.test(wanted)) return true;
  return [...wanted.matchAll(/portrange\s+(\d+)-(\d+)/g)].some(
    ([, from, to]) => Number(from) <= 135 && 135 <= Number(to),
  );
}
