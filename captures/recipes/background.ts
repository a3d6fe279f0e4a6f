/** What every office network has beside the traffic in question: address resolution, names, discovery. */
import { text } from './craft/bytes.js';
import { SECOND, type Host, type Wire } from './craft/wire.js';
import { nameQuery } from './payload/netbios.js';
import { llmnrQuery } from './payload/small.js';

const SSDP_SEARCH = [
  'M-SEARCH * HTTP/1.1',
  'HOST: 239.255.255.250:1900',
  'MAN: "ssdp:discover"',
  'MX: 1',
  'ST: upnp:rootdevice',
  '',
  '',
].join('\r\n');

/** One of each, from a neighbour in the server's subnet. */
export function officeNoise(wire: Wire, server: Host, neighbour: Host, dc: Host, at: number): void {
  const time = at * SECOND;
  wire.arp(time, server, dc, true);
  wire.arp(time + 0.3 * SECOND, neighbour, server, true);
  wire.udpCast(time + 0.4 * SECOND, neighbour, 137, '10.20.0.255', 137, nameQuery(0x2f01, 'SCANNER'));
  wire.udpCast(time + 0.5 * SECOND, neighbour, 56012, '224.0.0.252', 5355, llmnrQuery(0x77aa, 'scanner'));
  wire.udpCast(time + 0.6 * SECOND, neighbour, 56013, '239.255.255.250', 1900, text(SSDP_SEARCH));
}
