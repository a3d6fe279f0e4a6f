/** What inputs and hosts are called, and where that was learned. */
import type { CaptureFile } from '../../capture/frame.js';
import type { Facts, NameSource } from '../../recognise/facts.js';
import { NameBook } from '../../recognise/host-names.js';
import type { HostModel } from '../model.js';

const SOURCES: Readonly<Record<NameSource, string>> = {
  dns: 'DNS answer',
  nbns: 'NetBIOS name service',
  mdns: 'mDNS answer',
  llmnr: 'LLMNR answer',
  ntlm: 'NTLM exchange',
  kerberos: 'Kerberos ticket',
  dhcp: 'DHCP request',
  tls_sni: 'TLS server name',
  netbios_dgm: 'NetBIOS datagram',
  capture: 'name resolution block of the capture',
};
/** What an input is called for a reader: '-' says nothing to one who did not type it. */
export function sourceName(path: string): string {
  return path === '-' ? 'standard input' : path;
}

export class HostNames {
  private readonly book = new NameBook();

  constructor(files: readonly CaptureFile[], facts: Facts) {
    this.book.add(facts.names.items);
    for (const [index, file] of files.entries()) this.book.addDeclared(file.names, index);
  }

  /** Names left out because of a limit. */
  get dropped(): number {
    return this.book.dropped;
  }

  /** Addresses that were given names of different hosts. */
  get conflicts(): number {
    return this.book.conflicts;
  }

  /** '' = unknown. */
  nameOf(address: string): string {
    return this.book.nameOf(address)?.name ?? '';
  }

  host(address: string): HostModel {
    const known = this.book.nameOf(address);
    if (known === null) return { address, name: '', nameSource: '' };
    const frame = known.frame === 0 ? '' : `, frame ${known.frame}`;
    return { address, name: known.name, nameSource: `${SOURCES[known.source]}${frame}` };
  }

  /** 'NAS01 (10.20.0.10)' or the bare address. */
  label(address: string): string {
    const name = this.nameOf(address);
    return name === '' ? address : `${name} (${address})`;
  }
}
