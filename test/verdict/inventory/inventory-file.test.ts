/** Lists of computers as people and spreadsheets write them, and what is wrong with others. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { hostKeyOf, hostKeyText } from '../../../src/verdict/words/host-key.js';
import {
  MAX_INVENTORY_BYTES,
  MAX_LISTED,
  loadInventory,
  parseInventory,
} from '../../../src/verdict/inventory/inventory-file.js';

/** 'line name address group' of each computer. */
function read(text: string | Uint8Array): string[] {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return parseInventory('hosts.csv', bytes).computers.map(({ line, name, address, group }) =>
    [line, name || '-', address === null ? '-' : hostKeyText(hostKeyOf(address)), group || '-'].join(' '),
  );
}

function refused(text: string | Uint8Array): string {
  try {
    return read(text).join('\n');
  } catch (error) {
    return error instanceof Error ? `${error.name}\n${error.message}` : '';
  }
}

const LISTS: Readonly<Record<string, readonly [string | Uint8Array, readonly string[]]>> = {
  'names alone': ['WS01\nws02.example.test.\n', ['1 WS01 - -', '2 ws02.example.test - -']],
  'addresses of both versions': ['10.0.0.1\nFD00:0::1,Paris', ['1 - 10.0.0.1 -', '2 - fd00::1 Paris']],
  'a group, comments, empty lines and CR LF': [
    '# mine\r\n\r\nWS01, Berlin \r\n  # end\r\n',
    ['3 WS01 - Berlin'],
  ],
  'semicolons, as Excel writes them in many countries': [
    'WS01;Berlin, north\nWS02',
    ['1 WS01 - Berlin, north', '2 WS02 - -'],
  ],
  'what Excel says of itself': ['sep=;\nname;group\nWS01;a', ['3 WS01 - a']],
  tabs: ['WS01\tBerlin', ['1 WS01 - Berlin']],
  'quotes with separators and quotes inside': ['"WS01","Paris, ""north"""', ['1 WS01 - Paris, "north"']],
  'a byte order mark and a header': ['\uFEFFName,Group\nWS01,Berlin', ['2 WS01 - Berlin']],
  'UTF-16, little-endian': [Buffer.from('\uFEFFWS01;a', 'utf16le'), ['1 WS01 - a']],
  'UTF-16, big-endian': [Buffer.from('\uFEFFWS01;a', 'utf16le').swap16(), ['1 WS01 - a']],
  'a row that ends before the last column': [
    'Group;Name;IP\nA;WS01\nB;;10.0.0.1\n',
    ['2 WS01 - A', '3 - 10.0.0.1 B'],
  ],
  'a header that tells other columns': [
    'Group;OS;IP Address;DNSHostName\nA;Windows;10.0.0.1;WS01.example.test\nB;Linux;;WS02',
    ['2 WS01.example.test 10.0.0.1 A', '3 WS02 - B'],
  ],
  'an export with a short and a full name': [
    '"Name","DNSHostName"\n"WS01","WS01.example.test"',
    ['2 WS01.example.test - -'],
  ],
  'UTF-16 with its mark': [Buffer.from('\uFEFFWS01\tM\u00fcnchen', 'utf16le'), ['1 WS01 - M\u00fcnchen']],
  'a Windows path': ['\\\\WS01', ['1 WS01 - -']],
  'a computer twice counts once': ['WS01\nws01\n10.0.0.1\n10.0.0.1', ['1 WS01 - -', '3 - 10.0.0.1 -']],
};

for (const [title, [text, computers]] of Object.entries(LISTS)) {
  test(`a list is read: ${title}`, (t) => t.deepEqual(read(text), [...computers]));
}

const FAULTS: Readonly<Record<string, readonly [string | Uint8Array, string]>> = {
  'an address that is none': ['WS01\n10.0.0.300,x', 'hosts.csv:2: "10.0.0.300" is not an IP address'],
  'a network': ['10.0.0.0/24', 'hosts.csv:1: "10.0.0.0/24" is a network; list its computers one by one'],
  multicast: ['224.0.0.1', 'hosts.csv:1: "224.0.0.1" is not the address of one computer'],
  'the unspecified address': ['0.0.0.0', 'hosts.csv:1: "0.0.0.0" is not the address of one computer'],
  'a name with a space': ['my computer', 'hosts.csv:1: "my computer" is neither a host name nor an address'],
  'a command for a name': ['$(reboot)', 'hosts.csv:1: "$(reboot)" is neither a host name nor an address'],
  'an open quote': ['"WS01', 'hosts.csv:1: ""WS01" has no closing quote'],
  'text after a quote': ['"WS01"x,y', 'hosts.csv:1: "x" stands after a closing quote'],
  'a third cell without a header': [
    'WS01,a,b',
    'hosts.csv:1: "b" is one cell too many: name or address, then group',
  ],
  'a row without a computer': ['name;group\n;Berlin', 'hosts.csv:2: names no computer'],
  'a long group': [
    `WS01,${'g'.repeat(81)}`,
    `hosts.csv:1: "${'g'.repeat(80)}..." is longer than 80 characters`,
  ],
  'nothing at all': ['# nobody\n', 'hosts.csv: names no computer'],
  'another encoding': [
    Buffer.from('WS01\nWS02,M\u00fcnchen', 'latin1'),
    'hosts.csv:2: is not UTF-8; in Excel, save it as "CSV UTF-8"',
  ],
  'a control character': [
    'WS01\u001b[2J',
    'hosts.csv:1: "WS01\\u{1b}[2J" is neither a host name nor an address',
  ],
};

for (const [title, [text, message]] of Object.entries(FAULTS)) {
  test(`a list is refused with line and value: ${title}`, (t) =>
    t.is(refused(text), `InventoryError\n${message}`));
}

test('all faults are told at once, up to a limit', (t) => {
  const lines = refused('a b\n'.repeat(25)).split('\n');
  t.is(lines[2], 'hosts.csv:2: "a b" is neither a host name nor an address');
  t.is(lines.at(-1), '... and 5 more');
});

test('a list is bounded in computers and bytes', async (t) => {
  const names = (n: number): string => Array.from({ length: n }, (_, i) => `ws${i}`).join('\n');
  t.is(read(names(MAX_LISTED)).length, MAX_LISTED);
  t.is(
    refused(names(MAX_LISTED + 2)),
    `InventoryError\nhosts.csv:${MAX_LISTED + 1}: lists more than ${MAX_LISTED} computers`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-hosts-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'big.csv');
  writeFileSync(path, Buffer.alloc(MAX_INVENTORY_BYTES + 1, 0x20));
  await t.throwsAsync(loadInventory(path), { message: /big\.csv: is larger than 8388608 bytes/ });
  await t.throwsAsync(loadInventory(folder), { message: /is a directory, not a list of computers$/ });
  await t.throwsAsync(loadInventory(`${path}.missing`), { message: `${path}.missing: no such file` });
});

test('repeated lines are counted, and the file is named by its hash', (t) => {
  const list = parseInventory('x', Buffer.from('a\nA\nb\na'));
  t.is(list.repeated, 2);
  t.is(list.sha256.length, 64);
});
