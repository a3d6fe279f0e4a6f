/**
 * ClientHello and ServerHello.
 *
 * Normative: RFC 5246 §7.4.1.2-3, RFC 8446 §4.1.2-3, §4.2.1 (supported_versions), RFC 6066 §3 (server_name),
 * RFC 8701 (GREASE values).
 *
 *   | version 16 | random 32 | session id 8.. | ciphers 16.. / cipher 16 | compression | extensions 16.. |
 */
import { latin1Text } from '../bytes/byte-text.js';

const Extension = { ServerName: 0, SupportedVersions: 43 } as const;
const MAX_EXTENSIONS = 64;
const HOST_NAME = 0;

export interface Hello {
  /** Highest offered, or the chosen, version: 0x0303 is TLS 1.2; 0 = none was readable. */
  readonly version: number;
  readonly serverName: string;
}

const VERSION_NAMES: Readonly<Record<number, string>> = {
  0x0002: 'SSLv2',
  0x0300: 'SSLv3',
  0x0301: 'TLSv10',
  0x0302: 'TLSv11',
  0x0303: 'TLSv12',
  0x0304: 'TLSv13',
};

/** Zeek's name of a version; '' = unknown. */
export function tlsVersionName(version: number): string {
  return VERSION_NAMES[version] ?? '';
}

/** Reads the body of a hello (behind type and length); null when it is malformed. */
export function readHello(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  end: number,
  client: boolean,
): Hello | null {
  if (end - at < 38) return null;
  let version = view.getUint16(at);
  let i = at + 34;
  i += 1 + bytes[i]!;
  if (client) {
    if (i + 2 > end) return null;
    i += 2 + view.getUint16(i);
    if (i + 1 > end) return null;
    i += 1 + bytes[i]!;
  } else {
    i += 3;
  }
  if (i > end) return null;
  let serverName = '';
  if (i + 2 > end) return { version, serverName };
  const stop = Math.min(end, i + 2 + view.getUint16(i));
  i += 2;
  for (let n = 0; n < MAX_EXTENSIONS && i + 4 <= stop; n++) {
    const type = view.getUint16(i);
    const dataAt = i + 4;
    const dataEnd = dataAt + view.getUint16(i + 2);
    if (dataEnd > stop) break;
    if (type === Extension.ServerName && client) serverName = readServerName(bytes, view, dataAt, dataEnd);
    if (type === Extension.SupportedVersions)
      version = readVersions(view, dataAt, dataEnd, client) || version;
    i = dataEnd;
  }
  return { version, serverName };
}

/** The first host name of the list. */
function readServerName(bytes: Uint8Array, view: DataView, at: number, end: number): string {
  if (at + 5 > end || bytes[at + 2] !== HOST_NAME) return '';
  const length = view.getUint16(at + 3);
  return at + 5 + length > end ? '' : latin1Text(bytes, at + 5, at + 5 + length);
}

/** The highest known version of a client's list, or the server's choice. */
function readVersions(view: DataView, at: number, end: number, client: boolean): number {
  let best = 0;
  for (let i = client ? at + 1 : at; i + 2 <= end; i += 2) {
    const version = view.getUint16(i);
    if (tlsVersionName(version) !== '' && version > best) best = version;
  }
  return best;
}
