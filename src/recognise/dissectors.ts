/** Which dissector reads a service that was recognised by its first bytes. */
import { RpcDissector } from './dce-rpc.js';
import type { Dissector } from './dissector.js';
import { DnsDissector } from './dns-tcp.js';
import type { ServiceName } from './facts.js';
import { KerberosDissector } from './kerberos.js';
import type { Ends, Learner } from './learner.js';
import { SmbDissector } from './smb.js';

/** A new dissector for a connection, or null where the first bytes are all that is read. */
export function dissectorOf(
  service: ServiceName,
  learner: Learner,
  flow: number,
  ends: Ends,
): Dissector | null {
  const { facts } = learner;
  switch (service) {
    case 'dce_rpc':
      return new RpcDissector(facts, flow, 'tcp');
    case 'smb':
    case 'nbss':
      return new SmbDissector(facts, flow, (pipe) => new RpcDissector(facts, flow, pipe));
    case 'krb':
      return new KerberosDissector(learner, ends);
    case 'dns':
      return new DnsDissector(learner, ends);
    default:
      return null;
  }
}
