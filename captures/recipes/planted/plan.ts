/**
 * A large estate with faults that are known: who has which address, which group, which fate, and the causes that a
 * diagnosis must find, no more and no fewer.
 *
 *   25 subnets 10.21.S.0/24 of n/25 computers; subnets 2k and 2k+1 of the first 20 are 'Site k' of the user's list, the
 *   last five are in no list
 *
 *   | where | what | cause |
 *   |---|---|---|
 *   | Site 3 | 135 silent | the group |
 *   | subnet 12, half of Site 6 | 9004 of this server silent | a network inside a group that is not all of it |
 *   | subnet 22 | 9003 silent | the network |
 *   | subnet 23 | 445 and 139 rejected by the router | the device |
 *   | subnets 1, 9, 17, ... | one computer gives no sign of life | each computer |
 *   | subnet 4 | 9003 of one computer refused | its port |
 *   | subnets 10 and 20 | 9003 of one computer takes 2.5 s to accept | each port |
 */
import { router } from '../craft/hosts.js';
import { concat, hex, u8 } from '../craft/bytes.js';
import type { Host } from '../craft/wire.js';
import { NOTHING_AFTER_135, type Service, type Treatment } from '../round.js';

/** Slow is a fate of 9003 alone. */
export type Fates = Partial<Record<Service, Treatment>> & { readonly slow?: boolean };

export interface PlannedComputer {
  readonly host: Host;
  /** Group in the user's list; '' = it is not in the list. */
  readonly group: string;
  readonly fates: Fates;
}

/** A cause that must be found: kind, what was seen, rules, network or group or device, and the addresses that have it. */
export interface PlannedCause {
  readonly kind: string;
  readonly fact: string;
  readonly owner: string;
  readonly reach: string;
  readonly rules: readonly string[];
  readonly computers: readonly string[];
}

export interface Plan {
  readonly computers: readonly PlannedComputer[];
  readonly causes: readonly PlannedCause[];
}

const SUBNETS = 25;
const LISTED_SUBNETS = 20;
/** The last byte of a subnet's first computer. */
const FIRST_BYTE = 10;
/** Computers that a subnet of 256 addresses has room for, with all that is not planned. */
export const MOST_COMPUTERS = SUBNETS * 240;

const SILENT_135: Fates = { epm: 'silent', ...NOTHING_AFTER_135 };
const DOWN: Fates = {
  ping: 'silent',
  nbns: 'silent',
  smb: 'silent',
  session: 'silent',
  agent: 'silent',
  server: 'absent',
  ...SILENT_135,
};
/** Rules that a computer which is down fails, in the order of the rule pack. */
const ALL_BUT_DYNAMIC = ['ua-9003', 'ua-smb-rpc', 'ua-135', 'ua-udp-137', 'ua-smb-video', 'ua-icmp'];

function hostOf(number: number, subnet: number, within: number): Host {
  return {
    name: `PC-${String(number).padStart(5, '0')}`,
    ip: `10.21.${subnet}.${FIRST_BYTE + within}`,
    mac: concat(hex('00155d21'), u8(subnet, FIRST_BYTE + within)),
    ttl: 128,
    hops: 1,
    rtt: 0.001 + (subnet % 7) * 0.0002,
    nextPort: 49_664 + ((number * 37) % 8192),
    nextId: (number * 911) & 0xffff,
  };
}

function fatesOf(subnet: number, within: number): Fates {
  if (subnet === 6 || subnet === 7) return SILENT_135;
  if (subnet === 12) return { server: 'silent' };
  if (subnet === 22) return { agent: 'silent' };
  if (subnet === 23) return { smb: { prohibitedBy: router() }, session: { prohibitedBy: router() } };
  if (within === 3 && subnet % 8 === 1) return DOWN;
  if (within === 5 && subnet === 4) return { agent: 'refused' };
  if (within === 7 && subnet % 10 === 0 && subnet > 0) return { slow: true };
  return {};
}

/** @param count a multiple of 25, at most MOST_COMPUTERS */
export function plan(count: number): Plan {
  const each = count / SUBNETS;
  if (!Number.isInteger(each) || each < FIRST_BYTE || count > MOST_COMPUTERS)
    throw new Error(`${count} computers: not a multiple of 25 from 250 to ${MOST_COMPUTERS}`);
  const computers: PlannedComputer[] = [];
  for (let subnet = 0; subnet < SUBNETS; subnet++) {
    for (let within = 0; within < each; within++) {
      const host = hostOf(computers.length + 1, subnet, within);
      const group = subnet < LISTED_SUBNETS ? `Site ${subnet >> 1}` : '';
      computers.push({ host, group, fates: fatesOf(subnet, within) });
    }
  }
  return { computers, causes: causesOf(computers, each) };
}

function causesOf(computers: readonly PlannedComputer[], each: number): PlannedCause[] {
  const subnet = (...numbers: readonly number[]): string[] =>
    numbers.flatMap((s) => computers.slice(s * each, (s + 1) * each).map(({ host }) => host.ip));
  const having = (is: (fates: Fates) => boolean): string[] =>
    computers.filter(({ fates }) => is(fates)).map(({ host }) => host.ip);
  const network = (reach: string, rule: string, of: readonly string[]): PlannedCause => ({
    kind: 'subnet',
    fact: 'silent',
    owner: 'network_team',
    reach,
    rules: [rule],
    computers: of,
  });
  const alone = (one: Omit<PlannedCause, 'computers' | 'reach' | 'owner'>, of: readonly string[]) =>
    of.map((address) => ({ ...one, owner: 'computer_admin', reach: '', computers: [address] }));
  return [
    network('Site 3', 'ua-135', subnet(6, 7)),
    { ...network('10.21.12.0/24', 'ua-9004-in', subnet(12)), owner: 'server_admin' },
    network('10.21.22.0/24', 'ua-9003', subnet(22)),
    {
      ...network(router().ip, 'ua-smb-rpc', subnet(23)),
      kind: 'icmp_sender',
      fact: 'rejected',
      rules: ['ua-smb-rpc', 'ua-smb-video'],
    },
    ...alone(
      { kind: 'host', fact: 'silent', rules: ALL_BUT_DYNAMIC },
      having((fates) => fates === DOWN),
    ),
    ...alone(
      { kind: 'port', fact: 'refused', rules: ['ua-9003'] },
      having(({ agent }) => agent === 'refused'),
    ),
    ...alone(
      { kind: 'port', fact: 'slow_handshake', rules: ['ua-9003'] },
      having(({ slow }) => slow === true),
    ),
  ];
}
