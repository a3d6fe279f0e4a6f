/** A sentence for each assumption that a verdict rests on. */
import { isAssumptionCode } from '../../verdict/words/assumptions.js';
import type { AssumptionCode } from '../../verdict/words/assumptions.js';

const ASSUMPTION_TEXTS: Readonly<Record<AssumptionCode, string>> = {
  server_inferred: 'The address of this server was inferred from the traffic.',
  service_not_verified: 'The payload did not show which service answers on the port.',
  no_data_seen: 'Connections were completed, but the side that was called sent no data on them.',
  midstream: 'The connection was already open when the capture began.',
  other_service_suspected: 'The payload looks like another service than the rule asks for, without proof.',
  rst_sender_not_verified: 'A device on the way could have sent the RST in the name of the host.',
  windows_drop_reason:
    "Rests on the reason that Windows itself gives for dropping the packets, by Microsoft's description of it.",
  log_time_inferred:
    'The times of the firewall log were placed by packets that it tells of, not by what the log or its machine says.',
  stealth_mode_possible:
    'A Windows computer stays silent on closed ports too (stealth mode), so silence does not prove a firewall.',
  silence_has_many_causes:
    'A request without answer may have been dropped, not served, or lost on a host or path that is down.',
  icmp_may_be_hidden: 'ICMP is missing from the capture, so a rejection by ICMP would not be seen.',
  lone_silence_not_counted:
    'One attempt without an answer is not counted, because the capture itself loses packets.',
  flows_missing: 'Part of the traffic was not analysed.',
  loss_not_excluded: 'Silence and repeats may also be packets that were there and that the capture lacks.',
  single_attempt: 'Only one attempt was seen, and it was not repeated: one lost packet looks the same.',
  capture_dropped_frames: 'The capture itself lost frames, so an answer may have been missed.',
  dynamic_port_presumed_rpc:
    'The dynamic port counts as RPC only because the same pair spoke on 135 shortly before, and that exchange could not be read.',
  one_direction: 'The capture has one direction only.',
  capture_filter: 'The capture was filtered, so packets of this kind may be missing from it.',
  capture_shorter_than_cadence: 'The capture is shorter than the interval at which computers report.',
  capture_ends_early: 'The capture ends before the last attempt could be given up.',
};

/** A sentence for an assumption code; an unlisted code is spelled out. */
export function assumptionText(code: string): string {
  if (isAssumptionCode(code)) return ASSUMPTION_TEXTS[code];
  const words = code.replaceAll('_', ' ').trim();
  return words === '' ? '' : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}
