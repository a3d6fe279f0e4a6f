/**
 * A key for one report, drawn until no pseudonym of an address is an address of the capture: who reads it could take
 * one for the other, and the gate could not tell them apart. With a key of the user's own a counter is turned instead.
 */
import { addressBytes } from './addresses/address-text.js';
import { parseAddress } from '../flow/record/address.js';
import { Addresses, derived } from './addresses/addresses.js';
import type { Met } from './met.js';
import { Names } from './names/names.js';
import type { NamePair } from './names/names.js';
import { CIPHER_KEY_BYTES } from './addresses/prefix-cipher.js';
import { Pseudonyms } from './names/pseudonyms.js';
import type { AddressPair } from './names/pseudonyms.js';
import { replacer } from './model/shared-model.js';

/** Tries. Where a network is nearly full, some pseudonym always is an address: then the best of them serves. */
const MAX_DRAWS = 64;
/** With more addresses than that in a block no draw would do. */
const MAX_TESTED = 4096;

/** What makes the same pseudonyms again. */
export interface Secret {
  /** CIPHER_KEY_BYTES long. */
  readonly key: Uint8Array;
  /** 0 for the key itself. */
  readonly counter: number;
  readonly names: readonly NamePair[];
  /** Of earlier reports, for their mapping; absent = there are none. */
  readonly addresses?: readonly AddressPair[];
}

export function newSecret(): Secret {
  return { key: crypto.getRandomValues(new Uint8Array(CIPHER_KEY_BYTES)), counter: 0, names: [] };
}

export interface Drawn {
  readonly pseudonyms: Pseudonyms;
  readonly secret: Secret;
  /** Addresses that are pseudonyms of others as well. */
  readonly ambiguous: number;
}

/** Pseudonyms for what was met, made of the secret or of one that follows it. */
export function draw(met: Met, secret: Secret): Drawn {
  const { counter, ambiguous } = counterFor(met.addresses, secret);
  const originals = met.names.flatMap(({ text }) => [text, ...text.split(/[.\\/@$:]+/)]);
  const names = new Names(secret.names, originals);
  const pseudonyms = new Pseudonyms(keyOf(secret.key, counter), names, met.ruleWords);
  for (const address of met.addresses) pseudonyms.address(address);
  const by = replacer(pseudonyms);
  for (const { text, is } of met.names) {
    if (isRole(is)) pseudonyms.host(text, is);
    else by(is, text);
  }
  return { pseudonyms, secret: { ...secret, counter }, ambiguous };
}

/** The pseudonyms that a secret makes, with no capture at hand. */
export function pseudonymsOf({ key, counter, names }: Secret): Pseudonyms {
  return new Pseudonyms(keyOf(key, counter), new Names(names));
}

function keyOf(key: Uint8Array, counter: number): Uint8Array {
  return counter === 0 ? key : derived(key, `counter ${counter}`);
}

function isRole(is: string): is is 'server' | 'computer' {
  return is === 'server' || is === 'computer';
}

function counterFor(addresses: ReadonlySet<string>, secret: Secret): { counter: number; ambiguous: number } {
  const bytes = [...addresses]
    .map(parseAddress)
    .filter((one) => one !== null)
    .map(addressBytes);
  const met = new Set(bytes.map((one) => one.join()));
  let best = { counter: secret.counter, ambiguous: Infinity };
  const tries = bytes.length > MAX_TESTED ? 1 : MAX_DRAWS;
  for (let i = 0; i < tries && best.ambiguous > 0; i++) {
    const counter = secret.counter + i;
    const made = new Addresses(keyOf(secret.key, counter));
    let ambiguous = 0;
    for (const one of bytes) {
      const pseudonym = made.ip(one).join();
      // Well-known addresses stay, and are nobody's.
      if (pseudonym !== one.join() ? met.has(pseudonym) : !made.isKept(one)) ambiguous++;
      if (ambiguous >= best.ambiguous) break;
    }
    if (ambiguous < best.ambiguous) best = { counter, ambiguous };
  }
  return best;
}
