/** What inputs and hosts are called, and where that was learned. */
import type { CaptureFile } from '../../../capture/frames/frame.js';
import type { Facts, NameSource } from '../../../recognise/facts/facts.js';
import { NameBook } from '../../../recognise/names/host-names.js';
import { unresolvedName } from '../../../verdict/inventory/inventory.js';
import type { InventoryRow, JoinedInventory } from '../../../verdict/inventory/inventory.js';
import { parseAddress } from '../../../flow/record/address.js';
import type { Identities } from '../../../verdict/hosts/identities.js';
import { hostKeyOf, hostKeyText } from '../../../verdict/words/host-key.js';
import type { HostModel } from '../../model/host-model.js';
import { identityText } from './identity-text.js';

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
  private readonly identities: Identities | null;
  /** By owner: its further addresses, and the proof of each. */
  private readonly further = new Map<string, { addresses: string[]; proofs: string[] }>();
  /** Listed rows by the text of their addresses. */
  private readonly listed = new Map<string, InventoryRow>();

  /**
   * @param identities which addresses are one computer; null = not known
   */
  constructor(
    files: readonly CaptureFile[],
    facts: Facts,
    inventory: JoinedInventory | null = null,
    identities: Identities | null = null,
  ) {
    this.identities = identities;
    for (const [key, join] of identities ?? []) {
      const owner = hostKeyText(join.owner);
      const further = this.further.get(owner) ?? { addresses: [], proofs: [] };
      further.addresses.push(hostKeyText(key));
      further.proofs.push(identityText(key, join));
      this.further.set(owner, further);
    }
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
    const further = this.further.get(text);
    const beside = {
      addresses: [...(unresolvedName(text) === '' ? [text] : []), ...(further?.addresses ?? [])],
      addressProofs: further?.proofs ?? [],
      shared: this.sharedText(text),
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

  private sharedText(text: string): string {
    const words = parseAddress(text);
    const names = words === null ? [] : (this.identities?.namesBehind(hostKeyOf(words)) ?? []);
    if (names.length < 2) return '';
    return `${text} is used by ${names.length} different computers (${names.join(', ')}), as behind a NAT: what is said of it is said of none of them alone.`;
  }

  /** 'NAS01 (10.20.0.10)' or the bare address. */
  label(address: string): string {
    const unresolved = unresolvedName(address);
    if (unresolved !== '') return unresolved;
    const name = this.nameOf(address);
    return name === '' ? address : `${name} (${address})`;
  }
}
