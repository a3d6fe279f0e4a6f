/** Which dissector reads a service that was recognised by its first bytes. */
import { RpcDissector } from './dce-rpc.js';
import type { Dissector } from './dissector.js';
import type { ServiceName } from './facts.js';
import { GssExchange } from './gss.js';
import type { Ends, Learner } from './learner.js';
import { smallDissector } from './small-dissectors.js';
import { SmbDissector } from './smb.js';

/** A new dissector for a connection, or null where the first bytes are all that is read. */
export function dissectorOf(
  service: ServiceName,
  learner: Learner,
  flow: number,
  ends: Ends,
): Dissector | null {
  switch (service) {
    case 'dce_rpc':
      return rpc(learner, flow, ends, 'tcp');
    case 'smb':
    case 'nbss':
      return smb(learner, flow, ends);
    default:
      return smallDissector(service, learner, ends);
  }
}

function smb(learner: Learner, flow: number, ends: Ends): SmbDissector {
  const gss = new GssExchange(learner, ends);
  return new SmbDissector(
    learner.facts,
    flow,
    (pipe) => rpc(learner, flow, ends, pipe),
    (fromClient, bytes, view, at, end, from) => {
      gss.token(fromClient ? 0 : 1, bytes, view, at, end, from);
    },
  );
}

function rpc(learner: Learner, flow: number, ends: Ends, transport: string): RpcDissector {
  const dissector = new RpcDissector(learner.facts, flow, transport);
  dissector.auth = new GssExchange(learner, ends);
  return dissector;
}
