/**
 * A second look at shared outputs that shares nothing with the gate: what tshark reads from the capture is looked for in
 * what was written, as `strings -e s` and `strings -e l` would show it.
 */
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { gunzipSync } from 'node:zlib';
import { ENVIRONMENT } from '../programs.js';

const ADDRESS_FIELDS = [
  'ip.addr',
  'ipv6.addr',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
  'dns.a',
  'dns.aaaa',
];
const LINK_FIELDS = ['eth.addr'];
const NAME_FIELDS = [
  ...['dns.qry.name', 'dns.resp.name', 'nbns.name', 'dhcp.option.hostname', 'smb2.tree', 'smb.path'],
  ...['ntlmssp.auth.username', 'ntlmssp.auth.hostname', 'ntlmssp.auth.domain', 'smb2.filename'],
  ...['ntlmssp.challenge.target_name', 'kerberos.CNameString', 'kerberos.SNameString', 'kerberos.realm'],
  ...['tls.handshake.extensions_server_name', 'frame.comment', 'http.host'],
];
const SEPARATOR = '\x01';

/** docs/share.md, "What is kept". */
const KEPT =
  /^(admin\$|[a-z]\$|ipc\$|print\$|netwrix_uavr\$|sysvol|netlogon|workgroup|administrators?|guest|krbtgt|cifs|host|ldap|http|rpc|rpcss|termsrv|wsman|arpa|ip6|in-addr|wpad|isatap|localhost|msbrowse|__msbrowse__|default-first-site-name|\d+|_.*|.{0,3})$/i;

export interface Originals {
  readonly addresses: readonly string[];
  readonly names: readonly string[];
}

/** What tshark reads in a capture. @param path or the bytes of one */
export function originalsIn(capture: string | Buffer): Originals {
  const fields = [...ADDRESS_FIELDS, ...LINK_FIELDS, ...NAME_FIELDS];
  const args = [
    '-r',
    typeof capture === 'string' ? capture : '-',
    '-n',
    '-T',
    'fields',
    '-E',
    `aggregator=${SEPARATOR}`,
    '-E',
    'separator=/t',
  ];
  const { stdout } = spawnSync('tshark', [...args, ...fields.flatMap((field) => ['-e', field])], {
    env: ENVIRONMENT,
    maxBuffer: 1 << 28,
    ...(typeof capture === 'string' ? {} : { input: capture }),
  });
  const addresses = new Set<string>();
  const names = new Set<string>();
  for (const line of stdout.toString('utf8').split('\n')) {
    for (const [i, cell] of line.split('\t').entries()) {
      for (const value of cell.split(SEPARATOR)) {
        if (value === '') continue;
        if (i < ADDRESS_FIELDS.length + LINK_FIELDS.length) addresses.add(value.toLowerCase());
        else
          for (const part of value.split(/[.\\/@:<>\s]+/))
            if (!KEPT.test(part)) names.add(part.toLowerCase());
      }
    }
  }
  return { addresses: [...addresses].filter((one) => !isEverywhere(one)), names: [...names] };
}

/** Addresses that every network has. */
function isEverywhere(address: string): boolean {
  return /^(0\.0\.0\.0|255\.255\.255\.255|127\.0\.0\.1|224\.0\.[01]\.\d+|239\.255\.255\.250|::1?|ff0[\da-f]:.*|ff:ff:ff:ff:ff:ff|00:00:00:00:00:00|01:.*|33:33:.*)$/.test(
    address,
  );
}

/** Readable text of an output: as it is, what a report holds inside, and UTF-16LE. */
function stringsOf(content: Buffer): string {
  const text = content.toString('utf8');
  const inside = /id="portwitness-result">\s*([A-Za-z\d+/=\s]+)<\/script>/.exec(text)?.[1] ?? '';
  const plain = inside === '' ? text : text.replace(inside, '');
  const result = inside === '' ? '' : gunzipSync(Buffer.from(inside, 'base64')).toString('utf8');
  const wide = plain.includes('\0') ? [0, 1].map((at) => content.subarray(at).toString('utf16le')) : [];
  return [plain, result, ...wide].join('\n').toLowerCase();
}

/**
 * Originals that stand in an output. @param allowed addresses that are pseudonyms as well
 * @param spoken text in which the program speaks of nothing: words in it tell nothing
 */
export function leaksIn(
  content: Buffer,
  { addresses, names }: Originals,
  allowed: ReadonlySet<string>,
  spoken: string,
): string[] {
  if (content.subarray(0, 4).toString('hex') === '0a0d0d0a') {
    const inside = new Set(originalsIn(content).addresses);
    const found = addresses.filter((one) => inside.has(one) && !allowed.has(one));
    if (found.length > 0) return found;
  }
  const text = stringsOf(content);
  const words = new Set(text.match(/[\p{L}\p{N}_$-]+/gu));
  const dotted = new Set(
    text.match(/(?<![\d.])\d+\.\d+\.\d+\.\d+(?![\d.]*\d)|[\da-f]*:[\da-f:]*:[\da-f:.]*/g),
  );
  const own = new Set(spoken.toLowerCase().match(/[\p{L}\p{N}_$-]+/gu));
  const named = names.filter(
    (name) =>
      !own.has(name) &&
      (words.has(name) || (name.length > 5 && text.includes(name) && !spoken.toLowerCase().includes(name))),
  );
  return [...addresses.filter((one) => dotted.has(one) && !allowed.has(one)), ...named];
}
