/** The machines of the samples: a server, its domain controller, a router, and the computers it monitors. */
import { concat, hex, u8 } from './bytes.js';
import type { Host } from './wire.js';

const DYNAMIC_FIRST = 49152;

function host(name: string, ip: string, last: number, more: Partial<Host> = {}): Host {
  return {
    name,
    ip,
    mac: concat(hex('00155d0a14'), u8(last)),
    ttl: 128,
    hops: 0,
    rtt: 0.0004,
    nextPort: DYNAMIC_FIRST + 512 + last * 16,
    nextId: 0x1000 + last * 0x111,
    ...more,
  };
}

/** This server, where the capture is taken. */
export const nas01 = (): Host => host('NAS01', '10.20.0.10', 10);
export const dc01 = (): Host => host('DC01', '10.20.0.5', 5);
/** A workstation in the server's own subnet that asks the network for names. */
export const neighbour = (): Host => host('PRINT01', '10.20.0.77', 77);
/** The firewall before the computers' subnet; its own address is one hop away at most. */
export const router = (): Host => host('FW01', '10.20.0.1', 1, { ttl: 255, rtt: 0.0006 });

/** WS01, WS02 ... in 10.20.1.0/24, one router away. */
export const computer = (number: number): Host =>
  host(`WS${String(number).padStart(2, '0')}`, `10.20.1.${20 + number}`, 20 + number, {
    hops: 1,
    rtt: 0.0012 + number * 0.0001,
  });

/** The same with addresses of a documentation prefix (RFC 3849). */
export const nas01v6 = (): Host => host('NAS01', '2001:db8:20::10', 10);
export const computer6 = (number: number): Host =>
  host(`WS${String(number).padStart(2, '0')}`, `2001:db8:21::${20 + number}`, 20 + number, {
    hops: 1,
    rtt: 0.0015,
  });
