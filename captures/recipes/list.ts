/** All samples, in the order of captures/README.md. */
import type { Sample } from './sample.js';
import { agentPortRefused } from './samples/agent-port-refused.js';
import { agentPortSilent } from './samples/agent-port-silent.js';
import { allHealthy } from './samples/all-healthy.js';
import { clearRemoting } from './samples/clear-remoting.js';
import { dcomPortBlocked } from './samples/dcom-port-blocked.js';
import { dynamicPortSilent } from './samples/dynamic-port-silent-after-135.js';
import { endedTooSoon } from './samples/ended-too-soon.js';
import { filteredAndLossy } from './samples/filtered-and-lossy.js';
import { inventory } from './samples/inventory.js';
import { ipv6 } from './samples/ipv6.js';
import { nameDoesNotResolve } from './samples/name-does-not-resolve.js';
import { nothingToJudge } from './samples/nothing-to-judge.js';
import { oneDirectionOnly } from './samples/one-direction-only.js';
import { pktmonCopies } from './samples/pktmon-copies.js';
import { rdpInDynamicRange } from './samples/rdp-in-dynamic-range.js';
import { rightRefused } from './samples/right-refused.js';
import { routerAdminProhibited } from './samples/router-admin-prohibited.js';
import { rpcSilentSmbWorks } from './samples/rpc-silent-smb-works.js';
import { serverPortSilent } from './samples/server-port-silent.js';
import { severalComputers } from './samples/several-computers.js';
import { wrongDirection } from './samples/wrong-direction-and-unknown-service.js';

export const SAMPLES: readonly Sample[] = [
  severalComputers,
  allHealthy,
  clearRemoting,
  agentPortSilent,
  agentPortRefused,
  routerAdminProhibited,
  dynamicPortSilent,
  dcomPortBlocked,
  serverPortSilent,
  rpcSilentSmbWorks,
  rightRefused,
  nameDoesNotResolve,
  inventory,
  wrongDirection,
  rdpInDynamicRange,
  ipv6,
  oneDirectionOnly,
  endedTooSoon,
  filteredAndLossy,
  pktmonCopies,
  nothingToJudge,
];
