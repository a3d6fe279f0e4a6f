/** Packets of netsh trace as rows of a batch; those that came in parts are put together. */
import { LinkType } from '../../frames/frame.js';
import type { FileFacts } from '../../frames/file-facts.js';
import type { BatchFiller, Incoming } from './batch-filler.js';
import { At, payloadAt } from '../trace/layout.js';
import { FragmentAt, isFirstPart, isLastPart, linkTypeAt, sentOrReceived } from './ndis-capture.js';
import type { NdisInterfaces } from './ndis-capture.js';
import { PartialPackets } from './partial-packets.js';
import type { Source } from './pktmon-records.js';
import type { TraceInterfaces } from './trace-interfaces.js';

const ETHERNET_BYTES = 14;
const IPV6_BYTES = 40;
const EtherType = { Ipv4: 0x0800, Vlan: 0x8100, Ipv6: 0x86dd } as const;
const VLAN_BYTES = 4;
/** The payload of native Wi-Fi frames is decrypted, though their header says that it is protected. */
const NOT_PROTECTED = 0xbf;

export class NdisRecords {
  /** Parts whose packet's beginning did not come. */
  #stray = 0;
  readonly #filler: BatchFiller;
  readonly #interfaces: TraceInterfaces;
  readonly #adapters: NdisInterfaces;
  readonly #partial: PartialPackets;
  readonly #indices = new Map<number, number>();
  readonly #row: Incoming;

  constructor(facts: FileFacts, filler: BatchFiller, interfaces: TraceInterfaces, adapters: NdisInterfaces) {
    this.#filler = filler;
    this.#interfaces = interfaces;
    this.#adapters = adapters;
    this.#partial = new PartialPackets(facts);
    const { bytes, view } = filler.batch;
    this.#row = { bytes, view, at: 0, capLen: 0, origLen: 0, linkType: 0, iface: 0, direction: 0 };
  }

  /** Packets of which a part is missing. */
  get unfinished(): number {
    return this.#stray + this.#partial.open;
  }

  /** The most bytes that the record's packet has. */
  longest(stream: Source): number {
    const { view, at, size } = stream;
    if (isFirstPart(view, at)) return size;
    const from = payloadAt(view, at, at + size);
    const iface = view.getUint32(from + FragmentAt.Interface, true);
    return size + (this.#begun(view, at, iface)?.length ?? 0);
  }

  #begun(view: DataView, at: number, iface: number): ReturnType<PartialPackets['find']> {
    return this.#partial.find(
      view.getUint32(at + At.Process, true),
      view.getUint32(at + At.Thread, true),
      iface,
    );
  }

  /** Takes the packet or the part of one that the stream stands at. */
  take(stream: Source): void {
    const { view, bytes, at } = stream;
    const end = at + stream.size;
    const from = payloadAt(view, at, end);
    const iface = view.getUint32(from + FragmentAt.Interface, true);
    const bytesAt = from + FragmentAt.Bytes;
    const length = Math.min(view.getUint32(from + FragmentAt.Size, true), end - bytesAt);
    const first = isFirstPart(view, at);
    if (first && isLastPart(view, at)) {
      this.#add(stream, bytes, view, bytesAt, length);
      return;
    }
    const process = view.getUint32(at + At.Process, true);
    const thread = view.getUint32(at + At.Thread, true);
    const packet = first
      ? this.#partial.begin(process, thread, iface)
      : this.#partial.find(process, thread, iface);
    if (packet === undefined) {
      this.#stray++;
      return;
    }
    this.#partial.append(packet, bytes, bytesAt, length);
    if (!isLastPart(view, at)) return;
    this.#partial.end(packet);
    this.#add(stream, packet.bytes, new DataView(packet.bytes.buffer), 0, packet.length);
  }

  #add(stream: Source, bytes: Uint8Array, view: DataView, at: number, length: number): void {
    const linkType = linkTypeAt(stream.view, stream.at);
    const row = this.#row;
    row.bytes = bytes;
    row.view = view;
    row.at = at;
    row.capLen = length;
    row.origLen = linkType === LinkType.Ethernet ? wireLength(view, at, length) : length;
    row.linkType = linkType;
    row.direction = sentOrReceived(stream.view, stream.at);
    row.iface = this.#indexOf(stream, linkType);
    if (row.origLen > length) this.#interfaces.cut(row.iface, length);
    this.#filler.addFrame(row, stream.since);
    if (linkType === LinkType.Ieee80211) this.#filler.patchLast(1, NOT_PROTECTED);
  }

  #indexOf(stream: Source, linkType: number): number {
    const { view, at } = stream;
    const from = payloadAt(view, at, at + stream.size);
    const miniport = view.getUint32(from + FragmentAt.Miniport, true);
    const known = this.#indices.get(miniport * 0x200 + linkType);
    if (known !== undefined) return known;
    const name = this.#adapters.names.get(miniport) ?? '';
    const index = this.#interfaces.of(
      `miniport ${miniport} ${linkType}`,
      linkType,
      `interface ${miniport}${name === '' ? '' : ` (${name})`}`,
    );
    this.#indices.set(miniport * 0x200 + linkType, index);
    return index;
  }
}

/** What the IP header says the frame had on the wire; the trace itself does not tell when it was cut. */
function wireLength(view: DataView, at: number, length: number): number {
  let ip = ETHERNET_BYTES;
  if (length < ETHERNET_BYTES + VLAN_BYTES) return length;
  let type = view.getUint16(at + 12, false);
  if (type === EtherType.Vlan) {
    type = view.getUint16(at + 16, false);
    ip += VLAN_BYTES;
  }
  if (length < ip + 6) return length;
  let total = 0;
  if (type === EtherType.Ipv4) total = view.getUint16(at + ip + 2, false);
  else if (type === EtherType.Ipv6) total = IPV6_BYTES + view.getUint16(at + ip + 4, false);
  return Math.max(length, total + (total > 0 ? ip : 0));
}
