/** Where the fault of something lies that works badly. */
import type { Flow } from '../flow/flow.js';
import { foreignReset, longestZeroWindow, unansweredEnd } from './health.js';
import type { HealthFinding } from './health.js';
import type { Located } from './located.js';
import { hostKey } from './server.js';
import type { HostKey } from './server.js';

/** @param flow the finding's example */
export function locateAilment(health: HealthFinding, flow: Flow, server: ReadonlySet<HostKey>): Located {
  switch (health.ailment) {
    case 'session_cut_by_reset':
      return forgedReset(flow);
    case 'session_cut_silently':
      return silence(flow, server);
    case 'zero_window':
      return closedWindow(flow, server);
    case 'many_retransmissions':
      return nowhere('Packets are lost somewhere between the two; the capture does not tell where.');
    case 'slow_handshake':
      return nowhere(
        'The way, a device on it or the responder takes the time; the capture does not tell which.',
      );
  }
}

function nowhere(...steps: readonly string[]): Located {
  return { location: 'unknown', confidence: 'low', steps };
}

function forgedReset(flow: Flow): Located {
  const reset = foreignReset(flow);
  if (reset === null) return nowhere('The packets do not tell who sent the RST.');
  const sender = flow.addressText(reset.side);
  return {
    location: 'path',
    confidence: 'high',
    steps: [
      `The RST carries the address of ${sender}, but its TTL is ${reset.ttl}, while the packets of ${sender} on the same connection have ${flow.ttl(reset.side)}.`,
      'It was sent by a device that is nearer than the host: a firewall or load balancer that had forgotten the connection, or one that inspects it.',
    ],
  };
}

/** Silence has no sender: the way may have forgotten the connection, or the host may be gone. */
function silence(flow: Flow, server: ReadonlySet<HostKey>): Located {
  const end = unansweredEnd(flow);
  if (end === null) return nowhere('The packets do not tell who stopped answering.');
  const silent = 1 - end.side;
  const asker = server.has(hostKey(flow, end.side)) ? 'this server' : flow.addressText(end.side);
  return nowhere(
    `${flow.addressText(silent)} answered on this connection before; then ${asker} asked ${end.stall.count} more times in ${end.stall.duration.toFixed(1)} s and nothing came back.`,
    'A firewall or NAT on the way has forgotten the connection, or the host or the way to it is gone.',
  );
}

function closedWindow(flow: Flow, server: ReadonlySet<HostKey>): Located {
  const { side, seconds } = longestZeroWindow(flow);
  return {
    location: server.has(hostKey(flow, side)) ? 'this_server' : 'remote_host',
    confidence: 'medium',
    steps: [
      `${flow.addressText(side)} itself announced a window of 0 bytes for ${seconds.toFixed(1)} s: its program does not take what arrives.`,
    ],
  };
}
