/** Which flows are the attempts that the logs tell of: one walk over the columns of all flows. */
import { IpProto } from '../../decode/packet/packet.js';
import type { FlowScan } from '../hosts/flow-scan.js';
import type { HostTable } from '../hosts/host-table.js';
import type { Attempt } from './attempt.js';

/** Flows kept of one five-tuple, which is used again now and then. */
const MAX_FLOWS_OF_ONE = 16;
const NO_FLOWS: readonly number[] = [];

export class AttemptFlows {
  readonly #ends: HostTable;
  readonly #flows = new Map<string, number[]>();
  readonly #hosts: Uint8Array;

  constructor({ hostTable }: FlowScan) {
    this.#ends = hostTable;
    this.#hosts = new Uint8Array(hostTable.count);
  }

  /** Looks for the flows of this attempt, too. Before `find`. */
  want(one: Attempt, protocol: number): void {
    const [orig, resp] = [this.#ends.numberOf(one.orig), this.#ends.numberOf(one.resp)];
    if (orig < 0 || resp < 0) return;
    this.#hosts[orig] = this.#hosts[resp] = 1;
    this.#flows.set(keyOf(orig, resp, portsOf(one), protocol), []);
  }

  find(): void {
    const { orig, resp, ports, protocols } = this.#ends;
    if (this.#flows.size === 0) return;
    for (let id = 0; id < protocols.length; id++) {
      const protocol = protocols[id]!;
      if (protocol === 0 || this.#hosts[orig[id]!] === 0 || this.#hosts[resp[id]!] === 0) continue;
      const found = this.#flows.get(keyOf(orig[id]!, resp[id]!, ports[id]!, protocol));
      if (found !== undefined && found.length < MAX_FLOWS_OF_ONE) found.push(id);
    }
  }

  /** Ids of the flows with the attempt's five-tuple, opened by its originator. */
  of(one: Attempt, protocol: number): readonly number[] {
    const [orig, resp] = [this.#ends.numberOf(one.orig), this.#ends.numberOf(one.resp)];
    if (orig < 0 || resp < 0) return NO_FLOWS;
    return this.#flows.get(keyOf(orig, resp, portsOf(one), protocol)) ?? NO_FLOWS;
  }
}

function portsOf({ origPort, respPort }: Attempt): number {
  return ((origPort << 16) | respPort) >>> 0;
}

function keyOf(orig: number, resp: number, ports: number, protocol: number): string {
  // What a log calls the ports of an echo request is not what a flow does.
  const hasPorts = protocol === IpProto.Tcp || protocol === IpProto.Udp;
  return `${orig} ${resp} ${hasPorts ? ports : 0} ${protocol}`;
}
