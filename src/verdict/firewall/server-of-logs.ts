/** Whose firewall wrote the logs, where no packet tells which host is this server: everything may have been blocked. */
import { IpProto } from '../../decode/packet/packet.js';
import type { ServerIdentity } from '../hosts/server.js';
import { hostKeyOf, hostKeyText } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';
import type { LogEntry } from './log-entry.js';
import type { FirewallLog } from './log-entry.js';

/** Addresses that one server is believed to have. */
const MAX_ADDRESSES = 16;

/** Who calls the agents, or is called by them, by the entries whose own end is told; null = nobody does. */
export function serverOfLogs(
  logs: readonly FirewallLog[],
  agentPort: number,
  serverPort: number,
): ServerIdentity | null {
  const addresses = new Set<HostKey>();
  let entries = 0;
  for (const { entries: list } of logs) {
    for (const entry of list) {
      if (!isOfServer(entry, agentPort, serverPort)) continue;
      entries++;
      if (addresses.size < MAX_ADDRESSES) addresses.add(hostKeyOf(entry.local.address));
    }
  }
  if (addresses.size === 0 || addresses.size === MAX_ADDRESSES) return null;
  return {
    keys: addresses,
    source: 'inferred',
    reasons: [
      {
        code: 'inferred_from_logs',
        addresses: [...addresses].map(hostKeyText),
        entries,
        agentPort,
        serverPort,
      },
    ],
  };
}

/** It goes out to the agents' port, or comes in on the server's: a computer's own log has it the other way round. */
function isOfServer(entry: LogEntry, agentPort: number, serverPort: number): boolean {
  const { protocol, direction, local, remote } = entry;
  if (protocol !== IpProto.Tcp) return false;
  if (direction === 'out') return remote.port === agentPort;
  return direction === 'in' && local.port === serverPort;
}
