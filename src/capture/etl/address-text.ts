/** An IPv4 or IPv6 address in its usual text (RFC 5952). */
import ipaddr from 'ipaddr.js';

export function addressText(bytes: Uint8Array): string {
  return ipaddr.fromByteArray([...bytes]).toString();
}
