/**
 * Which TCP ports an object exporter listens on, from the answers of an activation or an OXID resolution.
 * [MS-DCOM] §2.2.19.1 (DUALSTRINGARRAY), §2.2.19.3 (STRINGBINDING), §2.2.22.2.8.1, §3.1.2.5.1.
 *
 *   max count u32|u64 | wNumEntries u16 | wSecurityOffset u16 | string bindings | 0 | security bindings | 0
 *   string binding: wTowerId u16 (7 = TCP) | "HOST[port]" in UTF-16 | 0
 */

/**
 * Entries of 2 bytes in an array of bindings (DCOM); a computer with many addresses has some hundreds.
 * @reached the array is not read
 */
export const MAX_ENTRIES = 8_192;
/**
 * Bindings taken from one answer (DCOM).
 * @reached further ones are not read
 */
export const MAX_BINDINGS = 256;
const MAX_HOST = 255;
const TCP_TOWER = 7;
/** Tower ids go up to 0x1f, [MS-DCOM] §2.2.19.3 refers to C706 appendix I. */
const MAX_TOWER_ID = 0x1f;
const OPEN = 0x5b;
const CLOSE = 0x5d;

/** A string binding with a port. */
export interface OxidBinding {
  readonly host: string;
  readonly port: number;
}

/**
 * Finds string bindings with a TCP port in the stub `view[at .. end)`. The arrays lie in several layers of
 * marshalled properties, but say their own length twice, so they are found by that; when none is, by the form
 * of their strings.
 */
export function readOxidBindings(
  view: DataView,
  at: number,
  end: number,
  little: boolean,
): readonly OxidBinding[] {
  const found: OxidBinding[] = [];
  for (let pos = at + 4; pos + 4 <= end; pos += 2) {
    if (conformant(view, at, pos, end, true) && stringBindings(view, pos, true, found)) continue;
    if (!little && conformant(view, at, pos, end, false)) stringBindings(view, pos, false, found);
  }
  if (found.length === 0) scan(view, at, end, true, found);
  if (found.length === 0 && !little) scan(view, at, end, false, found);
  return found;
}

/** Whether a DUALSTRINGARRAY with its maximum count before it stands at `pos`. */
function conformant(view: DataView, from: number, pos: number, end: number, little: boolean): boolean {
  const entries = view.getUint16(pos, little);
  const security = view.getUint16(pos + 2, little);
  if (entries === 0 || entries > MAX_ENTRIES || security === 0 || security > entries) return false;
  if (pos + 4 + 2 * entries > end) return false;
  const before = view.getUint32(pos - 4, little);
  if (before === entries) return true;
  if (pos - 8 < from) return false;
  const other = view.getUint32(pos - 8, little);
  return little ? before === 0 && other === entries : before === entries && other === 0;
}

/** Reads the string bindings of the array at `pos`; false, and nothing taken, when it is none after all. */
function stringBindings(view: DataView, pos: number, little: boolean, found: OxidBinding[]): boolean {
  const end = pos + 4 + 2 * view.getUint16(pos + 2, little);
  const kept = found.length;
  let at = pos + 4;
  while (at < end) {
    const tower = view.getUint16(at, little);
    if (tower === 0) return true;
    const zero = tower > MAX_TOWER_ID ? -1 : terminator(view, at + 2, end, little);
    if (zero < 0) {
      found.length = kept;
      return false;
    }
    if (tower === TCP_TOWER) take(view, at + 2, zero, little, found);
    at = zero + 2;
  }
  return true;
}

/** Offset of the 0 that ends the string at `at`, -1 when there is none or the string is no text. */
function terminator(view: DataView, at: number, end: number, little: boolean): number {
  for (let pos = at; pos + 2 <= end; pos += 2) {
    const unit = view.getUint16(pos, little);
    if (unit === 0) return pos;
    if (unit < 0x20) return -1;
  }
  return -1;
}

/** Takes `HOST[port]`; a string without a port says nothing about one. */
function take(view: DataView, at: number, zero: number, little: boolean, found: OxidBinding[]): void {
  if (found.length >= MAX_BINDINGS) return;
  let pos = zero - 2;
  if (pos < at || view.getUint16(pos, little) !== CLOSE) return;
  let port = 0;
  let unit = 1;
  for (pos -= 2; pos >= at; pos -= 2) {
    const digit = view.getUint16(pos, little) - 0x30;
    if (digit < 0 || digit > 9 || unit > 10_000) break;
    port += digit * unit;
    unit *= 10;
  }
  if (pos < at || unit === 1 || view.getUint16(pos, little) !== OPEN) return;
  const length = (pos - at) / 2;
  if (port === 0 || port > 0xffff || length > MAX_HOST) return;
  let host = '';
  for (; at < pos; at += 2) host += String.fromCharCode(view.getUint16(at, little));
  found.push({ host, port });
}

/** The same by the form of the strings alone: tower id 7, text, `]`, 0. */
function scan(view: DataView, from: number, end: number, little: boolean, found: OxidBinding[]): void {
  for (let pos = from; pos + 6 <= end; pos++) {
    if (view.getUint16(pos, little) !== TCP_TOWER) continue;
    const limit = Math.min(end, pos + 2 + 2 * (MAX_HOST + 8));
    const zero = terminator(view, pos + 2, limit, little);
    if (zero < 0) continue;
    take(view, pos + 2, zero, little, found);
    pos = zero;
  }
}
