/**
 * The capture filter that leaves out the session from which the capture is watched: over ssh, each line that is
 * shown would be captured and shown again. It names the very connection and nothing else. `not` over the whole
 * keeps frames that the inner test cannot look into: ARP, VLAN-tagged frames, later fragments.
 */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

/** How many parents are asked for the session: sudo takes the variable away. */
const MAX_PARENTS = 16;
const MAX_PORT = 65_535;

/** The filter for this process's ssh session, '' when it has none. */
export function ownSessionFilter(
  environment: NodeJS.ProcessEnv = process.env,
  inherited: () => string = sessionOfParents,
): string {
  const session = environment['SSH_CONNECTION'] ?? inherited();
  const [client = '', clientPort = '', server = '', serverPort = ''] = session.trim().split(/\s+/);
  const [a, b] = [plainAddress(client), plainAddress(server)];
  const [p, q] = [portNumber(clientPort), portNumber(serverPort)];
  if (a === null || b === null || p === null || q === null) return '';
  return (
    `not (tcp and ((src host ${a} and src port ${p} and dst host ${b} and dst port ${q}) or ` +
    `(src host ${b} and src port ${q} and dst host ${a} and dst port ${p})))`
  );
}

/** Without the zone of a link-local address and the prefix of an IPv4 one on an IPv6 socket; null = no address. */
function plainAddress(text: string): string | null {
  const plain = text.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(plain) === 0 ? null : plain;
}

function portNumber(text: string): number | null {
  const port = Number(text);
  return /^\d+$/.test(text) && port > 0 && port <= MAX_PORT ? port : null;
}

/** SSH_CONNECTION of the nearest parent that has it, '' when none is seen; Linux, and only what this user may read. */
function sessionOfParents(): string {
  if (process.platform !== 'linux') return '';
  let pid = process.ppid;
  for (let i = 0; i < MAX_PARENTS && pid > 1; i++) {
    try {
      const found = /(?:^|\0)SSH_CONNECTION=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'));
      if (found?.[1] !== undefined) return found[1];
      pid = Number(/^PPid:\s*(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
    } catch {
      return '';
    }
  }
  return '';
}
