/** Which ports the rules name for a responder. */
import { PortBit } from '../../flow/direction.js';
import type { RulePack } from './rule.js';

/** Widest range of ports that still says something about who serves: the dynamic range does not. */
const MAX_SERVED_RANGE = 100;

/** Ports that the rules name for a responder: they tell who serves when a flow is seen from the middle. */
export function servedPorts(packs: readonly RulePack[]): Uint8Array {
  const table = new Uint8Array(65536);
  for (const pack of packs) {
    for (const rule of pack.rules) {
      if (rule.proto === 'icmp') continue;
      const bit = rule.proto === 'tcp' ? PortBit.Tcp : PortBit.Udp;
      for (const range of rule.ports) {
        if (range.to - range.from > MAX_SERVED_RANGE) continue;
        for (let port = range.from; port <= range.to; port++) table[port] = table[port]! | bit;
      }
    }
  }
  return table;
}
