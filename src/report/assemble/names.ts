/** What inputs and hosts are called, and where that was learned. */
import type { CaptureFile } from '../../capture/frame.js';
import type { Facts, NameSource } from '../../recognise/facts/facts.js';
import { NameBook } from '../../recognise/names/host-names.js';
import { unresolvedName } from '../../verdict/inventory/inventory.js';
import type { InventoryRow, JoinedInventory } from '../../verdict/inventory/inventory.js';
import { hostKeyText } from '../../verdict/words/host-key.js';
import type { HostModel } from '../host-model.js';

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

function listedIn({ listed }: InventoryRow): string {
  return `list of computers, line ${listed.line}`;
}

export class HostNames {
  private readonly book = new NameBook();
  private readonly inventory: JoinedInventory | null;
  /** Listed rows by the text of their addresses. */
  private readonly listed = new Map<string, InventoryRow>();

  constructor(files: readonly CaptureFile[], facts: Facts, inventory: JoinedInventory | null = null) {
    this.inventory = inventory;
    for (const [key, row] of inventory?.byKey ?? []) this.listed.set(hostKeyText(key), row);
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
    return this.book.nameOf(address)?.name ?? this.listed.get(address)?.listed.name ?? '';
  }

  /** @param text of a host's key: an address, or what stands for one that is not known */
  host(text: string): HostModel {
    const row = this.listed.get(text);
    const beside = {
      group: row?.listed.group ?? '',
      listed: this.inventory === null ? null : row !== undefined,
    };
    const address = unresolvedName(text) === '' ? text : '';
    const known = this.book.nameOf(text);
    if (known === null) {
      const name = row?.listed.name ?? '';
      return { address, name, nameSource: row === undefined || name === '' ? '' : listedIn(row), ...beside };
    }
    const frame = known.frame === 0 ? '' : `, frame ${known.frame}`;
    return { address, name: known.name, nameSource: `${SOURCES[known.source]}${frame}`, ...beside };
  }

  /** 'NAS01 (10.20.0.10)' or the bare address. */
  label(address: string): string {
    const unresolved = unresolvedName(address);
    if (unresolved !== '') return unresolved;
    const name = this.nameOf(address);
    return name === '' ? address : `${name} (${address})`;
  }
}
