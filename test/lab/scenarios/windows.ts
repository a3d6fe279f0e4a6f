/**
 * What Windows itself tells beside the packets, made from the captures of other scenarios: they are played and judged as the
 * others are; their captures are not kept, for what is added follows from the scenario.
 */
import { edited } from '../scenario.js';
import type { Override, Scenario, WindowsLog } from '../scenario.js';
import { INBOUND_DROPPED } from './inbound.js';
import { OUTBOUND_BLOCKED } from './silent.js';

const STOPPED_HERE: Override = {
  computer: 'far1',
  rule: 'ua-9003',
  verdicts: ['blocked'],
  locations: ['this_server'],
  mayBeUnknown: false,
  why: "No packet left; the log of this server's firewall has the attempts.",
};

function logged(base: Scenario, log: WindowsLog, overrides: readonly Override[] = []): Scenario {
  return {
    ...edited(base, `${base.name}-${log}`, `${base.title}; its log is given`, [], overrides),
    log,
  };
}

export const WINDOWS: readonly Scenario[] = [
  logged(OUTBOUND_BLOCKED, 'netevents', [STOPPED_HERE]),
  logged(OUTBOUND_BLOCKED, 'security', [STOPPED_HERE]),
  logged(OUTBOUND_BLOCKED, 'pfirewall', [STOPPED_HERE]),
  logged(INBOUND_DROPPED, 'netevents'),
  {
    ...edited(INBOUND_DROPPED, 'inbound-nobody-listens', 'Windows reports that nobody listens on 9004', []),
    // The socket is looked for in vain: PktMonDrop_INET_ListenerNotFound.
    reported: { reason: 1204, location: 0xe000_4500 },
  },
];
