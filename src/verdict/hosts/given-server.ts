/** This server as the user gave it, held against the hosts that occur in the flows. */
import type { AddressWords } from '../../flow/record/address.js';
import { hostKeyOf, hostKeyText } from '../words/host-key.js';
import { serverFromOption, withFurtherAddresses } from './server.js';
import type { HostKey } from '../words/host-key.js';
import type { ServerIdentity } from './server.js';
import type { FlowScan } from './flow-scan.js';

export interface GivenServer {
  /** `unknown` when none of the addresses occurs: judging by an absent host would call everything unexpected. */
  readonly server: ServerIdentity;
  /** Addresses that are no end of any flow. */
  readonly missing: readonly string[];
}

/** @param addresses at least one; in an empty capture none is missing, since there is nothing to miss it in */
export function givenServer(scan: FlowScan, addresses: readonly AddressWords[]): GivenServer {
  const { table, hostTable: ends } = scan;
  const given = new Set(addresses.map(hostKeyOf));
  const unseen: HostKey[] = [...given].filter((key) => ends.numberOf(key) < 0);
  const server = withFurtherAddresses(scan, serverFromOption(addresses));
  if (unseen.length === 0 || table.size === 0) return { server, missing: [] };
  const missing = unseen.map(hostKeyText);
  if (unseen.length === given.size) {
    const reasons = [{ code: 'given_absent', missing }] as const;
    return { server: { keys: new Set(), source: 'unknown', reasons }, missing };
  }
  const reasons = server.reasons.map((one) => (one.code === 'given' ? { ...one, missing } : one));
  return { server: { ...server, reasons }, missing };
}
