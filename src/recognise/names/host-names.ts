/**
 * The name by which a report calls an address: of all that were learned, the one from the best source.
 *
 *   facts.names, names in the capture file ─> per address: source, then whether it has a domain, then the first
 */
import type { NameSource } from '../facts/facts.js';

/**
 * Addresses that have names.
 * @reached further ones have none and are counted: `host_names`
 */
export const MAX_NAMED = 100_000;
/**
 * Different names of one address that are told apart.
 * @reached further ones are not told apart
 */
const MAX_NAMES_OF_ADDRESS = 16;

/** The better the source, the lower. 'capture' is what somebody's name resolution wrote into the file. */
const RANK: Readonly<Record<NameSource, number>> = {
  dns: 0,
  kerberos: 1,
  ntlm: 2,
  nbns: 3,
  netbios_dgm: 4,
  dhcp: 5,
  mdns: 6,
  llmnr: 7,
  capture: 8,
  tls_sni: 9,
};

/** A name with the place where it was learned. */
export interface HostName {
  readonly name: string;
  readonly source: NameSource;
  /** 1-based number in the file with `fileIndex`; 0 = the file itself declares it. */
  readonly frame: number;
  readonly fileIndex: number;
}

/** What a book is made of: learned names, or those that a capture declares. */
export interface NamedAddress extends HostName {
  readonly address: string;
}

/** The names of one address. */
interface Entry {
  best: HostName;
  readonly hosts: Set<string>;
}

/** Best names by address; made after all was read. */
export class NameBook {
  /** Addresses that were given names of different hosts. */
  conflicts = 0;
  /** Names that were left out because of MAX_NAMED. */
  dropped = 0;
  private readonly entries = new Map<string, Entry>();

  /** Of equally good names the first one given stays. */
  add(names: Iterable<NamedAddress>): void {
    for (const named of names) this.addOne(named);
  }

  /** Names that a capture file declares. */
  addDeclared(names: Iterable<{ readonly address: string; readonly name: string }>, fileIndex: number): void {
    for (const { address, name } of names) {
      this.addOne({ address: address.toLowerCase(), name, source: 'capture', frame: 0, fileIndex });
    }
  }

  /** The best name of an address (text form as in `Facts.names`), null = none was learned. */
  nameOf(address: string): HostName | null {
    return this.entries.get(address)?.best ?? null;
  }

  /** Every address that has a name. */
  get addresses(): Iterable<string> {
    return this.entries.keys();
  }

  private addOne({ address, name, source, frame, fileIndex }: NamedAddress): void {
    if (address === '' || name === '') return;
    const learned: HostName = { name, source, frame, fileIndex };
    const host = hostPart(name);
    const entry = this.entries.get(address);
    if (entry === undefined) {
      if (this.entries.size >= MAX_NAMED) {
        this.dropped++;
        return;
      }
      this.entries.set(address, { best: learned, hosts: new Set([host]) });
      return;
    }
    if (!entry.hosts.has(host) && entry.hosts.size < MAX_NAMES_OF_ADDRESS) {
      if (entry.hosts.size === 1) this.conflicts++;
      entry.hosts.add(host);
    }
    if (isBetter(learned, entry.best)) entry.best = learned;
  }
}

/** A full name of the same source is better than a short one. */
function isBetter(a: HostName, b: HostName): boolean {
  const byRank = RANK[a.source] - RANK[b.source];
  if (byRank !== 0) return byRank < 0;
  return a.name.includes('.') && !b.name.includes('.');
}

/** NetBIOS names are the first 15 characters of the host's label, in capitals. */
function hostPart(name: string): string {
  const dot = name.indexOf('.');
  return (dot < 0 ? name : name.slice(0, dot)).slice(0, 15).toLowerCase();
}
