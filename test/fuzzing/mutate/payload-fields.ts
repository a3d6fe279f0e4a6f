/**
 * Lengths, counts and offsets inside of payload, where the protocols keep them: NBSS and SMB, DCE/RPC, DNS and NBNS,
 * TLS, BER, NTLMSSP, towers; and any aligned number that could be one.
 */
import type { Choice } from '../choice.js';
import { get, put } from '../choice.js';
import type { Frame } from '../corpus.js';
import { layersOf } from './layers.js';

/** A number in the payload. */
interface Site {
  readonly at: number;
  readonly width: number;
  readonly little: boolean;
}

const SMB = [0xfe, 0x53, 0x4d, 0x42];
const SMB1 = [0xff, 0x53, 0x4d, 0x42];
const NTLMSSP = [0x4e, 0x54, 0x4c, 0x4d, 0x53, 0x53, 0x50, 0];
/** Tags of BER that hold others. */
const CONSTRUCTED = new Set([
  0x30, 0x60, 0x61, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x7e, 0xa0, 0xa1, 0xa2, 0xa3,
]);

function find(bytes: Uint8Array, pattern: readonly number[], from: number): number {
  const last = bytes.length - pattern.length;
  for (let at = from; at <= last; at++) if (pattern.every((byte, i) => bytes[at + i] === byte)) return at;
  return -1;
}

const big = (at: number, width: number): Site => ({ at, width, little: false });
const small = (at: number, width: number): Site => ({ at, width, little: true });

function smbSites(at: number): Site[] {
  const body = at + 64;
  const sites = [big(at - 4, 4), small(at + 4, 2), small(at + 12, 2), small(at + 16, 4), small(at + 20, 4)];
  for (let i = 0; i < 40; i += 2) sites.push(small(body + i, 2));
  for (let i = 0; i < 40; i += 4) sites.push(small(body + i, 4));
  return sites;
}

function smb1Sites(at: number, bytes: Uint8Array): Site[] {
  const words = at + 32;
  const sites = [big(at - 4, 4), small(at + 9, 1), small(words, 1)];
  for (let i = 0; i <= 2 * (bytes[words] ?? 0); i++) sites.push(small(words + 1 + i, 2));
  return sites;
}

function rpcSites(at: number): Site[] {
  const sites = [small(at + 2, 1), small(at + 3, 1), small(at + 8, 2), small(at + 10, 2), small(at + 16, 4)];
  for (let i = 16; i < 160; i += 4) sites.push(small(at + i, 4), small(at + i, 2));
  sites.push(small(at + 24, 1), small(at + 30, 1));
  return sites;
}

function dnsSites(at: number, bytes: Uint8Array): Site[] {
  const sites = [2, 4, 6, 8, 10].map((i) => big(at + i, 2));
  for (let i = at + 12; i < Math.min(bytes.length, at + 90); i++) {
    sites.push(big(i, 1));
    // A compression pointer, forwards, backwards or to itself.
    if (i % 3 === 0) sites.push(big(i, 2));
  }
  return sites;
}

function berSites(at: number, bytes: Uint8Array): Site[] {
  const sites: Site[] = [];
  for (let i = at; i < Math.min(bytes.length - 1, at + 400); i++) {
    if (CONSTRUCTED.has(bytes[i] ?? 0)) sites.push(big(i + 1, 1), big(i + 1, 4));
  }
  return sites;
}

function ntlmSites(at: number): Site[] {
  const sites = [small(at + 8, 4)];
  for (let i = 12; i < 64; i += 8) sites.push(small(at + i, 2), small(at + i + 2, 2), small(at + i + 4, 4));
  return sites;
}

function anySites(at: number, bytes: Uint8Array): Site[] {
  const sites: Site[] = [];
  const end = Math.min(bytes.length, at + 300);
  for (let i = at; i < end; i++) {
    for (const width of [1, 2, 3, 4]) {
      for (const little of [false, true]) {
        const value = get(bytes, i, width, little);
        if (value > 0 && value <= 2 * (bytes.length - i)) sites.push({ at: i, width, little });
      }
    }
  }
  return sites;
}

function sitesOf(frame: Frame, payload: number, choice: Choice): Site[] {
  const { bytes } = frame;
  const sites: Site[] = [];
  const smb = find(bytes, SMB, payload);
  if (smb >= 0) sites.push(...smbSites(smb));
  const smb1 = find(bytes, SMB1, payload);
  if (smb1 >= 0) sites.push(...smb1Sites(smb1, bytes));
  const ntlm = find(bytes, NTLMSSP, payload);
  if (ntlm >= 0) sites.push(...ntlmSites(ntlm), ...berSites(payload, bytes));
  const rpc = find(bytes, [5, 0], payload);
  if (rpc >= 0 && (bytes[rpc + 2] ?? 99) < 20) sites.push(...rpcSites(rpc));
  const first = bytes[payload] ?? 0;
  if (first >= 20 && first <= 24 && bytes[payload + 1] === 3) {
    sites.push(big(payload + 3, 2), big(payload + 6, 3), big(payload + 43, 1), big(payload + 44, 2));
  }
  const { l4 } = layersOf(frame) ?? { l4: 0 };
  const ports = [get(bytes, l4, 2), get(bytes, l4 + 2, 2)];
  if (ports.some((port) => port === 53 || port === 137 || port === 5353 || port === 5355)) {
    sites.push(...dnsSites(payload, bytes));
  }
  if (sites.length === 0 || choice.oneIn(4))
    sites.push(...berSites(payload, bytes), ...anySites(payload, bytes));
  return sites.filter(({ at }) => at >= payload && at < bytes.length);
}

/** Sets one or a few lengths inside of the payload of a frame. */
export function changePayload(frame: Frame, choice: Choice): void {
  const layers = layersOf(frame);
  if (layers === null || layers.payload >= frame.bytes.length) return;
  const { bytes } = frame;
  const sites = sitesOf(frame, layers.payload, choice);
  if (sites.length === 0) return;
  for (let n = choice.few(4); n > 0; n--) {
    const { at, width, little } = choice.one(sites);
    const value = get(bytes, at, width, little);
    put(
      bytes,
      at,
      width,
      choice.edge(8 * width, value, bytes.length - at, bytes.length - layers.payload),
      little,
    );
  }
}
