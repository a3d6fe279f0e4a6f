/** Where the fault of something lies that works badly. */
import { NoteKind } from '../../flow/attempts.js';
import type { Flow } from '../../flow/flow.js';
import { foreignReset, longestZeroWindow, unansweredEnd } from '../../flow/interruption.js';
import type { HealthFinding } from '../words/rule-verdict.js';
import type { Located } from './located.js';
import { hostKey } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';

/**
 * @param flow the finding's example
 * @param besideServer why the capture counts as taken beside this server, '' = it does not
 */
export function locateAilment(
  health: HealthFinding,
  flow: Flow,
  server: ReadonlySet<HostKey>,
  besideServer: string,
): Located {
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
      return slowAnswer(flow, server.has(hostKey(flow, 1)) ? besideServer : '');
  }
}

function nowhere(...steps: readonly string[]): Located {
  return { location: 'unknown', confidence: 'low', steps };
}

/** @param atServer why the SYNs are known to have reached this server, '' = they are not */
function slowAnswer(flow: Flow, atServer: string): Located {
  if (atServer !== '') {
    return {
      location: 'this_server',
      confidence: 'medium',
      steps: [
        atServer,
        'The SYN arrived here, and the SYN-ACK left so much later: this server takes the time.',
      ],
    };
  }
  const repeats = flow.notes().filter(({ kind, side }) => kind === NoteKind.Syn && side === 0).length;
  return nowhere(
    repeats === 0
      ? 'The way, a device on it or the responder takes the time; the capture does not tell which.'
      : 'It was answered only after the SYN was repeated: the first is lost on the way, or the responder ignores it.',
  );
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
