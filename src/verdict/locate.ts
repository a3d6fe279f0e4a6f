/**
 * Where the fault lies, as far as the packets tell. So far one step is certain: the address that sent an ICMP
 * rejection names the device.
 */
import { ipv4Text, ipv6Text } from '../flow/address.js';
import type { Flow } from '../flow/flow.js';
import { firstRejection } from './outcome.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';
import type { Location } from './words.js';

export interface Located {
  readonly location: Location;
  readonly reason: string;
}

/** @param flow the most telling failed flow of a verdict */
export function locate(flow: Flow, server: ReadonlySet<HostKey>): Located {
  const rejection = firstRejection(flow);
  if (rejection === null) {
    return { location: 'unknown', reason: 'The packets do not tell who stopped this traffic.' };
  }
  const words = rejection.note.sender;
  const sender = flow.version === 4 ? ipv4Text(words[0]) : ipv6Text(...words);
  const side = [1, 0].find((one) => flow.addressText(one) === sender);
  if (side === undefined) {
    return { location: 'path', reason: `${sender}, a device on the way, sent the ICMP message.` };
  }
  return server.has(hostKey(flow, side))
    ? { location: 'this_server', reason: `This server itself (${sender}) sent the ICMP message.` }
    : { location: 'remote_host', reason: `The computer itself (${sender}) sent the ICMP message.` };
}
