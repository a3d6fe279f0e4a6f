/**
 * Which dissector reads a service that was recognised by its first bytes. Those that most connections need are used
 * again: making them anew would be most of what a short connection costs.
 */
import { RpcDissector } from '../dcerpc/dce-rpc.js';
import type { Dissector } from '../facts/dissector.js';
import type { ServiceName } from '../facts/services.js';
import { GssExchange } from '../auth/gss.js';
import type { AddressPair, Learner } from '../facts/learner.js';
import { NegotiateStreamDissector } from '../apps/negotiate-stream.js';
import { smallDissector } from './small-dissectors.js';
import { SmbDissector } from '../smb/smb.js';

/** Unused dissectors of one kind that are kept. */
const MAX_SPARE = 1_024;

/** One for each analysis. */
export class Dissectors {
  private readonly learner: Learner;
  private readonly ends: AddressPair;
  private readonly spareRpc: RpcDissector[] = [];
  private readonly spareSmb: SmbDissector[] = [];
  private readonly spareNegotiate: NegotiateStreamDissector[] = [];

  constructor(learner: Learner, ends: AddressPair) {
    this.learner = learner;
    this.ends = ends;
  }

  /** A dissector for a connection, or null where the first bytes are all that is read. */
  take(service: ServiceName, flow: number): Dissector | null {
    switch (service) {
      case 'dce_rpc':
        return this.rpc(flow, 'tcp');
      case 'smb':
      case 'nbss':
        return this.smb(flow);
      case 'negotiate_stream':
        return this.negotiateStream();
      default:
        return smallDissector(service, this.learner, this.ends);
    }
  }

  /** It has ended, and the caller lets go of it: another connection may get it. */
  giveBack(dissector: Dissector): void {
    if (dissector instanceof RpcDissector) keep(this.spareRpc, dissector);
    else if (dissector instanceof SmbDissector) keep(this.spareSmb, dissector);
    else if (dissector instanceof NegotiateStreamDissector) keep(this.spareNegotiate, dissector);
  }

  private smb(flow: number): SmbDissector {
    const spare = this.spareSmb.pop();
    if (spare !== undefined) {
      spare.begin(flow);
      return spare;
    }
    const gss = new GssExchange(this.learner, this.ends);
    const dissector = new SmbDissector(
      this.learner.facts,
      flow,
      (pipe, ofFlow) => this.rpc(ofFlow, pipe),
      (fromClient, bytes, view, at, end, from) => {
        gss.token(fromClient ? 0 : 1, bytes, view, at, end, from);
      },
      (pipe) => this.giveBack(pipe),
    );
    dissector.exchange = gss;
    return dissector;
  }

  private negotiateStream(): NegotiateStreamDissector {
    const spare = this.spareNegotiate.pop();
    if (spare === undefined) return new NegotiateStreamDissector(this.learner, this.ends);
    spare.begin();
    return spare;
  }

  private rpc(flow: number, transport: string): RpcDissector {
    const spare = this.spareRpc.pop();
    if (spare !== undefined) {
      spare.begin(flow, transport);
      return spare;
    }
    const dissector = new RpcDissector(this.learner.facts, flow, transport);
    dissector.auth = new GssExchange(this.learner, this.ends);
    return dissector;
  }
}

function keep<T>(spare: T[], dissector: T): void {
  if (spare.length < MAX_SPARE) spare.push(dissector);
}
