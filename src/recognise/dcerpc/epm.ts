/**
 * Towers of the endpoint mapper. C706 appendix L (towers), appendix O (ept interface); [MS-RPCE] §2.2.1.2.
 *
 *   tower: floors u16 | floor: lhs len u16, protocol u8, lhs data | rhs len u16, rhs data | ...   (little-endian)
 *   TCP:   interface 0x0d | syntax 0x0d | 0x0b | 0x07: port u16 big-endian | 0x09: IPv4
 */
import { ipv4Text } from '../../flow/record/address.js';
import { NdrReader, uuidText } from '../bytes/ndr.js';

export const EPMAPPER_UUID = 'e1af8308-5d1f-11c9-91a4-08002b14a0fa';

export const EptOpnum = { Lookup: 2, Map: 3 } as const;

/**
 * Towers read of one answer of the endpoint mapper; a lookup asks for at most 500 at once.
 * @reached the rest of the answer is not read
 */
export const MAX_TOWERS = 1_000;

const MAX_FLOORS = 16;
const CONTEXT_HANDLE_BYTES = 20;
const UUID_BYTES = 16;

/** 0x1f, RPC over HTTP, has a port as well, but no DCE/RPC begins a connection there. */
const Floor = { Tcp: 0x07, Ip: 0x09, Uuid: 0x0d } as const;

/** Where an interface can be reached by TCP. */
export interface Tower {
  readonly uuid: string;
  /** 0 = the tower names no TCP port. */
  readonly port: number;
  /** IPv4 in text form, '' = none. */
  readonly address: string;
}

/** Reads `view[at .. end)`; null when it is no tower. */
export function readTower(view: DataView, at: number, end: number): Tower | null {
  if (end - at < 2) return null;
  const floors = view.getUint16(at, true);
  if (floors === 0 || floors > MAX_FLOORS) return null;
  let uuid = '';
  let port = 0;
  let address = '';
  at += 2;
  for (let floor = 0; floor < floors; floor++) {
    const left = at + 2;
    if (left > end) return null;
    const right = left + view.getUint16(at, true) + 2;
    if (right > end || right - left < 3) return null;
    const length = view.getUint16(right - 2, true);
    if (length > end - right) return null;
    const protocol = view.getUint8(left);
    if (floor === 0) {
      if (protocol !== Floor.Uuid || right - 2 - left < 1 + UUID_BYTES) return null;
      uuid = uuidText(view, left + 1, true);
    } else if (protocol === Floor.Tcp && length === 2) {
      port = view.getUint16(right);
    } else if (protocol === Floor.Ip && length === 4) {
      address = ipv4Text(view.getInt32(right));
    }
    at = right + length;
  }
  return { uuid, port, address };
}

/** The interface that an ept_map request asks for, '' when it cannot be read. */
export function requestedInterface(
  view: DataView,
  at: number,
  end: number,
  little: boolean,
  wide: boolean,
): string {
  const reader = new NdrReader(view, at, end, little, wide);
  if (reader.pointer()) reader.skip(UUID_BYTES, 4);
  if (!reader.pointer()) return '';
  return nextTower(reader, view)?.uuid ?? '';
}

/** What an answer of the endpoint mapper holds. */
export interface EptAnswer {
  readonly towers: readonly Tower[];
  /** 0 = found; -1 = the answer is damaged. */
  readonly status: number;
  /** Towers left out because of MAX_TOWERS. */
  readonly dropped: number;
}

/** Reads the stub of an ept_map or ept_lookup response. */
export function readEptAnswer(
  view: DataView,
  at: number,
  end: number,
  little: boolean,
  wide: boolean,
  opnum: number,
): EptAnswer {
  const reader = new NdrReader(view, at, end, little, wide);
  reader.skip(CONTEXT_HANDLE_BYTES, 4);
  reader.u32();
  reader.size();
  reader.size();
  const stated = reader.size();
  const count = Math.min(stated, MAX_TOWERS);
  const towers: Tower[] = [];
  let pointers = 0;
  for (let i = 0; i < stated && reader.ok; i++) {
    if (opnum === EptOpnum.Lookup ? lookupEntry(reader) : reader.pointer()) pointers++;
  }
  for (let i = 0; i < pointers && reader.ok; i++) {
    const tower = nextTower(reader, view);
    if (tower !== null && towers.length < count) towers.push(tower);
  }
  const status = reader.u32();
  const dropped = stated > MAX_TOWERS ? stated - MAX_TOWERS : 0;
  return { towers, status: reader.ok ? status : -1, dropped };
}

/** object uuid | tower pointer | annotation: offset, count, characters; true when it has a tower. */
function lookupEntry(reader: NdrReader): boolean {
  reader.skip(UUID_BYTES, reader.alignment);
  const pointer = reader.pointer();
  reader.size();
  reader.skip(reader.size());
  return pointer;
}

function nextTower(reader: NdrReader, view: DataView): Tower | null {
  reader.size();
  const length = reader.u32();
  const at = reader.skip(length);
  return at < 0 ? null : readTower(view, at, at + length);
}
