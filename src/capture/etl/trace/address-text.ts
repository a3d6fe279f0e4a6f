/** Addresses as texts. */
import ipaddr from 'ipaddr.js';

/** An IPv4 or IPv6 address (RFC 5952). */
export function addressText(bytes: Uint8Array): string {
  return ipaddr.fromByteArray([...bytes]).toString();
}

const MAC_BYTES = 6;

/** '00:15:5d:01:02:03' */
export function macText(view: DataView, at: number): string {
  let text = '';
  for (let i = 0; i < MAC_BYTES; i++) {
    text +=
      (i === 0 ? '' : ':') +
      view
        .getUint8(at + i)
        .toString(16)
        .padStart(2, '0');
  }
  return text;
}
