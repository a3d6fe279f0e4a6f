/**
 * The words of the program itself, which tools/own-words.mjs gathers from its sources: they say nothing of a network.
 * What a sentence holds beside them, numbers and addresses came from outside.
 */
import { platform } from '../../platform/platform.js';

const ASSET = 'share/own-words.txt';
/** Made while the program runs. */
const MADE = [
  'DNS',
  'NBNS',
  'MDNS',
  'LLMNR',
  'DHCP',
  'NTLM',
  'KERBEROS',
  'TCP',
  'UDP',
  'ICMP',
  'ICMP6',
  'IP',
];
/** Numbers, also with signs and units, hexadecimal ones, times (ISO 8601), ordinals. */
const NUMBER =
  /^(?:(?!\d+(?:\.\d+){3})[\d.,-]+|0x[\da-f]+|\d{4}-\d\d-\d\dT\d\d|[\d.]+Z|[\d.]+(?:st|nd|rd|th|s|ms|us|k|M|G|B|kB|MB|GB|TB|d|h|min|x))$/i;

let words: ReadonlySet<string> | null = null;

function all(): ReadonlySet<string> {
  return (words ??= new Set([...new TextDecoder().decode(platform.readAsset(ASSET)).split('\n'), ...MADE]));
}

/** As it stands, or at the beginning of a sentence. */
export function isOwnWord(word: string): boolean {
  return NUMBER.test(word) || all().has(word) || all().has(word.charAt(0).toLowerCase() + word.slice(1));
}
