/** What works badly, in sentences: the measure, who acts, what would show that it is mended. */
import { IDLE_SECONDS } from '../../../verdict/flows/health.js';
import type { HealthFinding } from '../../../verdict/words/rule-verdict.js';
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function sessions(health: HealthFinding): string {
  return health.measured === 1 ? 'the only session' : `${health.flows} of ${health.measured} sessions`;
}

function afterPause(seconds: number): string {
  if (seconds < 2) return '';
  return seconds < 120
    ? ` after about ${seconds} s of silence`
    : ` after about ${Math.round(seconds / 60)} min of silence`;
}

/** One sentence; '' when nothing ails. */
export function healthSentence(v: RuleVerdict, port: string, way: string): string {
  const { health } = v;
  if (health === undefined) return '';
  const { value, flows, measured } = health;
  const begin = `${port} ${way} works, but`;
  switch (health.degradation) {
    case 'session_cut_by_reset':
      return `${begin} ${sessions(health)} ended with a RST${afterPause(value)} that a device on the way sent in the name of the other end.`;
    case 'session_cut_silently':
      return `${begin} ${sessions(health)} got no more answer${afterPause(value)}: every repeat and keep-alive stayed without one until the end.`;
    case 'large_segments_lost':
      return `${begin} ${sessions(health)} stopped at large packets: those of ${value} bytes are never acknowledged, while smaller ones pass (path MTU).`;
    case 'zero_window':
      return `${begin} slowly: one end took nothing for ${value.toFixed(1)} s (window 0) on ${flows} of ${measured} connections. It is slow, not blocked.`;
    case 'many_retransmissions':
      return `${begin} slowly: ${percent(value)} of the packets of one side are retransmissions. It is slow, not blocked.`;
    case 'reset_at_first':
      return `${begin} ${flows} of ${measured} connections were refused by a RST first and then accepted, the slowest after ${value.toFixed(1)} s.`;
    case 'rejected_at_first':
      return `${begin} ${flows} of ${measured} connections were rejected by ICMP first and then accepted, the slowest after ${value.toFixed(1)} s.`;
    case 'old_connection_answers':
      return `${begin} ${flows} of ${measured} SYNs were answered by an ACK of an older connection on the same ports first, and accepted after ${value.toFixed(1)} s at the latest.`;
    case 'slow_handshake':
      return `${begin} slowly: on ${flows} of ${measured} connections the SYN-ACK came late, the slowest after ${value.toFixed(1)} s. It is slow, not blocked.`;
  }
}

/** Who acts, to follow 'Who: '; '' when nothing ails. */
export function healthActor(v: RuleVerdict, computer: string): string {
  switch (v.health?.degradation) {
    case undefined:
      return '';
    case 'large_segments_lost':
      return `whoever manages the routers, VPNs and firewalls between this server and ${computer}: let ICMP "fragmentation needed" through, or lower the MTU or clamp the MSS there`;
    case 'session_cut_by_reset':
    case 'session_cut_silently':
      if ((v.health?.value ?? 0) < IDLE_SECONDS) {
        return `whoever manages the firewalls and inspecting devices between this server and ${computer}: sessions are cut while they speak`;
      }
      return `whoever manages the firewalls, NAT and load balancers between this server and ${computer}: raise their idle timeout for this port above the longest silence of the session`;
    case 'zero_window':
      return 'the administrator of the machine that announces the window of 0: its program is overloaded or hangs';
    case 'many_retransmissions':
      return `whoever manages the network between this server and ${computer}: packets are lost or reordered there`;
    case 'reset_at_first':
    case 'rejected_at_first':
      return `whoever manages the firewalls between this server and ${computer}, together with the administrator of ${computer}: something rejects the first SYN and lets the second through`;
    case 'old_connection_answers':
      return `the administrator of the machine that opens the connections: it uses ports again that the other side, or a device on the way, still holds (too few source ports, or sessions that are left open)`;
    case 'slow_handshake':
      return `the administrator of the side that is called (overload, filter drivers), together with whoever manages the network between this server and ${computer}`;
  }
}

/** What observation would change the verdict; '' when nothing ails. */
export function healthChange(v: RuleVerdict): string {
  switch (v.health?.degradation) {
    case undefined:
      return '';
    case 'session_cut_by_reset':
    case 'session_cut_silently':
      if ((v.health?.value ?? 0) < IDLE_SECONDS) return 'A session that is answered to its end.';
      return 'A session that is quiet for as long and is answered afterwards.';
    default:
      return 'A later capture in which the measure stays below its threshold.';
  }
}
