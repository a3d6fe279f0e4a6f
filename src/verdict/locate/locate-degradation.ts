/** Where the fault of something lies that works badly. */
import { NoteKind } from '../../flow/tcp/attempts.js';
import type { Flow } from '../../flow/flow.js';
import { ipv4Text, ipv6Text } from '../../flow/record/address.js';
import { foreignReset, longestZeroWindow, pauseBefore, unansweredEnd } from '../../flow/interruption.js';
import type { HealthFinding } from '../words/rule-verdict.js';
import type { CapturePlace } from '../words/capture-place.js';
import { IDLE_SECONDS } from '../flows/health.js';
import { tooBig } from '../flows/outcome.js';
import { placeUnknown } from './located.js';
import type { Located } from './located.js';
import { hostKey } from '../words/host-key.js';
import type { HostKey } from '../words/host-key.js';

/**
 * @param flow the finding's example
 * @param besideServer where the capture was taken, when beside this server; null = elsewhere
 */
export function locateDegradation(
  health: HealthFinding,
  flow: Flow,
  server: ReadonlySet<HostKey>,
  besideServer: CapturePlace | null,
): Located {
  switch (health.degradation) {
    case 'session_cut_by_reset':
      return forgedReset(flow);
    case 'large_segments_lost':
      return largeLost(flow, health.value);
    case 'session_cut_silently':
      return silence(flow, server);
    case 'zero_window':
      return closedWindow(flow, server);
    case 'many_retransmissions':
      return placeUnknown({ code: 'packets_lost_somewhere' });
    case 'old_connection_answers':
      return placeUnknown({ code: 'old_connection_kept', address: flow.addressText(1) });
    case 'reset_at_first':
    case 'rejected_at_first':
      return placeUnknown({ code: 'not_told' });
    case 'slow_handshake':
      return slowAnswer(flow, server.has(hostKey(flow, 1)) ? besideServer : null);
  }
}

/** @param atServer what shows that the SYNs have reached this server, null = nothing does */
function slowAnswer(flow: Flow, atServer: CapturePlace | null): Located {
  if (atServer !== null) {
    return {
      location: 'this_server',
      confidence: 'medium',
      steps: [{ code: 'capture_place', place: atServer }, { code: 'answered_late_here' }],
    };
  }
  const repeats = flow.notes().filter(({ kind, side }) => kind === NoteKind.Syn && side === 0).length;
  return placeUnknown({ code: repeats === 0 ? 'late_answer_somewhere' : 'answered_after_repeat' });
}

function forgedReset(flow: Flow): Located {
  const reset = foreignReset(flow);
  if (reset === null) return placeUnknown({ code: 'rst_sender_not_told' });
  const address = flow.addressText(reset.side);
  const usual = flow.ttl(reset.side);
  return {
    location: 'path',
    confidence: 'high',
    steps: [
      { code: 'rst_ttl_differs_on_connection', address, ttl: reset.ttl, usual },
      {
        code:
          pauseBefore(flow, reset.sec) >= IDLE_SECONDS
            ? 'rst_device_forgot_or_inspects'
            : 'rst_device_inspects',
      },
    ],
  };
}

/** The device that cannot pass it says so, or nobody does. */
function largeLost(flow: Flow, size: number): Located {
  const note = tooBig(flow);
  if (note === null) return placeUnknown({ code: 'large_segments_lost', bytes: size });
  const sender = flow.version === 4 ? ipv4Text(note.sender[0]) : ipv6Text(...note.sender);
  return {
    location: 'path',
    confidence: 'high',
    steps: [{ code: 'icmp_too_big', sender, mtu: note.window, bytes: size }],
  };
}

/** Silence has no sender: the way may have forgotten the connection, or the host may be gone. */
function silence(flow: Flow, server: ReadonlySet<HostKey>): Located {
  const end = unansweredEnd(flow);
  if (end === null) return placeUnknown({ code: 'who_fell_silent_not_told' });
  return placeUnknown(
    {
      code: 'answers_ended',
      address: flow.addressText(1 - end.side),
      asker: server.has(hostKey(flow, end.side)) ? '' : flow.addressText(end.side),
      repeats: end.stall.count,
      seconds: end.stall.duration,
    },
    {
      code:
        pauseBefore(flow, end.stall.sec) >= IDLE_SECONDS
          ? 'connection_forgotten_or_host_gone'
          : 'host_or_way_gone',
    },
  );
}

function closedWindow(flow: Flow, server: ReadonlySet<HostKey>): Located {
  const { side, seconds } = longestZeroWindow(flow);
  return {
    location: server.has(hostKey(flow, side)) ? 'this_server' : 'remote_host',
    confidence: 'medium',
    steps: [{ code: 'window_closed', address: flow.addressText(side), seconds }],
  };
}
