/**
 * Who may see the dashboard: only this machine unless told otherwise by a flag, only who has the printed
 * address, and no web page of somebody else in the same browser: the Host header must name this machine (a DNS
 * name that was made to point here does not, "DNS rebinding"), and so must Origin where a browser sends it.
 * RFC 9110 §7.2 (Host), RFC 6454 §7 (Origin), W3C Fetch Metadata (Sec-Fetch-*).
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { UsageError } from '../../capture/bytes/usage-error.js';

/** The option that must stand beside an address that is not loopback. */
export const ALLOW_REMOTE = 'dashboard-allow-remote';
const EVERYWHERE = '0.0.0.0 or ::';
const LOOPBACK = '127.0.0.1';

/** 128 bit. */
const TOKEN_BYTES = 16;
/** A token that is given must be no easier to guess: 22 characters of base64url hold 128 bit. */
const MIN_TOKEN_CHARS = 22;

export interface Listening {
  /** '' = all interfaces. */
  readonly address: string;
  readonly loopback: boolean;
}

function isLoopback(address: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
}

/**
 * What `--dashboard-listen` means; absent = this machine only.
 * @param remote `--dashboard-allow-remote` was given
 * @throws UsageError when it would show the dashboard to others without that.
 */
export function listening(text: string | undefined, remote = false): Listening {
  const where = (text ?? LOOPBACK).trim();
  const address = where === 'localhost' ? LOOPBACK : where;
  if (isLoopback(address)) return { address, loopback: true };
  const everywhere = where === '0.0.0.0' || where === '::';
  if (where.includes(',')) {
    throw new UsageError(
      `--dashboard-listen takes an address only; to let others see it add --${ALLOW_REMOTE}.`,
    );
  }
  if (!everywhere && isIP(address) === 0) {
    throw new UsageError(
      `the dashboard cannot listen on '${where}': give an IP address of this machine, or ${EVERYWHERE} for all of them.`,
    );
  }
  if (!remote) {
    throw new UsageError(
      `the dashboard shows addresses, names and open ports, unencrypted, to everybody who can reach it and has ` +
        `its address. To let others see it add --${ALLOW_REMOTE}. To see it from elsewhere without that, use ssh -L.`,
    );
  }
  return { address: everywhere ? '' : address, loopback: false };
}

/** A new secret for the path; or the given one. @throws UsageError when that is too short or no path segment. */
export function tokenOf(given: string | undefined): string {
  if (given === undefined) return randomBytes(TOKEN_BYTES).toString('base64url');
  if (given.length >= MIN_TOKEN_CHARS && /^[\w-]+$/.test(given)) return given;
  throw new UsageError(
    `a token for the dashboard needs at least ${MIN_TOKEN_CHARS} letters, digits, '-' and '_' that nobody can guess.`,
  );
}

/** Compares in a time that tells nothing about where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** 'localhost:8414' → 'localhost', '[::1]:8414' → '::1'; '' when it is neither name nor address. */
export function nameInHost(header: string): string {
  const match = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::\d{1,5})?$/i.exec(header);
  return (match?.[1] ?? match?.[2] ?? '').toLowerCase();
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address));
}

/** Which names a Host header may have. */
export class Names {
  readonly #given: ReadonlySet<string>;
  readonly #everywhere: boolean;

  /** `more` are names that a proxy or a DNS entry gives this machine. */
  constructor({ address, loopback }: Listening, more: readonly string[] = []) {
    const own = loopback ? [address, 'localhost', '127.0.0.1', '::1'] : [address, hostname()];
    this.#given = new Set([...own, ...more].filter((name) => name !== '').map((name) => name.toLowerCase()));
    this.#everywhere = address === '';
  }

  has(name: string): boolean {
    if (name === '') return false;
    if (this.#given.has(name)) return true;
    // An address cannot be made to point elsewhere, but only our own are meant.
    if (!this.#everywhere || isIP(name) === 0) return this.#everywhere && name === 'localhost';
    return isLoopback(name) || ownAddresses().includes(name);
  }
}

/** Why a request is refused; '' = it is not. */
export function refusal(headers: IncomingHttpHeaders, names: Names): string {
  if (!names.has(nameInHost(headers.host ?? ''))) return 'the Host header names another machine';
  const { origin } = headers;
  if (origin !== undefined && !names.has(nameInHost(origin.replace(/^https?:\/\//i, '')))) {
    return 'the request comes from the page of another site';
  }
  const site = headers['sec-fetch-site'];
  if ((site === 'cross-site' || site === 'same-site') && headers['sec-fetch-mode'] !== 'navigate') {
    return 'the request comes from the page of another site';
  }
  return '';
}
