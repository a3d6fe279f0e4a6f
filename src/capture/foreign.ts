/**
 * Files that are no pcap or pcapng, known by what they begin with, and what to do with each. The name of a file
 * says nothing: .cap alone is used by five formats.
 */

import { isEtl } from './etl/trace/header.js';

const SEARCHED_BYTES = 512;

interface Signature {
  readonly at?: number;
  /** Latin-1 text of the bytes. */
  readonly magic: string;
  readonly is: string;
  readonly advice: string;
}

const EDITCAP = 'convert it with: editcap -F pcapng in.cap out.pcapng';
const NO_PACKETS = 'it holds no packets; give the capture file itself (.pcapng, .pcap)';

const signatures: readonly Signature[] = [
  { magic: 'RTSS', is: 'a Microsoft Network Monitor 1.x capture', advice: EDITCAP },
  { magic: 'GMBU', is: 'a Microsoft Network Monitor 2.x capture', advice: EDITCAP },
  { magic: 'snoop\0\0\0', is: 'a Solaris snoop capture', advice: EDITCAP },
  { magic: 'iptrace 1.0', is: 'an AIX iptrace 1.0 capture', advice: EDITCAP },
  { magic: 'iptrace 2.0', is: 'an AIX iptrace 2.0 capture', advice: EDITCAP },
  { magic: 'TRSNIFF data', is: 'a Network General Sniffer capture', advice: EDITCAP },
  { magic: 'XCP\0', is: 'a Windows Sniffer (NetXRay) capture', advice: EDITCAP },
  { magic: '\x05VNF', is: 'a Visual Networks capture', advice: EDITCAP },
  { magic: '\xfd7zXZ\0', is: 'xz-compressed', advice: 'decompress it with: xz -d in.xz' },
  { magic: 'BZh', is: 'bzip2-compressed', advice: 'decompress it with: bzip2 -d in.bz2' },
  { magic: '\x04\x22\x4d\x18', is: 'lz4-compressed', advice: 'decompress it with: lz4 -d in.lz4' },
  { magic: 'LZIP', is: 'lzip-compressed', advice: 'decompress it with: lzip -d in.lz' },
  { magic: '\x1f\x9d', is: 'compressed by compress(1)', advice: 'decompress it with: gzip -d in.Z' },
  { magic: 'PK\x03\x04', is: 'a ZIP archive', advice: 'unpack it with: 7z x in.zip' },
  { magic: 'PK\x05\x06', is: 'an empty ZIP archive', advice: NO_PACKETS },
  { magic: '7z\xbc\xaf\x27\x1c', is: 'a 7z archive', advice: 'unpack it with: 7z x in.7z' },
  { magic: 'Rar!', is: 'a RAR archive', advice: 'unpack it with: 7z x in.rar' },
  { magic: 'ustar', at: 257, is: 'a tar archive', advice: 'unpack it with: tar -xf in.tar' },
  {
    magic: 'MSCF',
    is: 'a cabinet file',
    advice: 'the .cab that netsh trace writes holds system information; give the .etl beside it',
  },
  { magic: 'ElfFile\0', is: 'a Windows event log (.evtx)', advice: NO_PACKETS },
  { magic: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', is: 'a Microsoft Office or OLE file', advice: NO_PACKETS },
  { magic: '\x7fELF', is: 'a program (ELF)', advice: NO_PACKETS },
  { magic: 'MZ', is: 'a Windows program', advice: NO_PACKETS },
  { magic: '%PDF', is: 'a PDF document', advice: NO_PACKETS },
  { magic: 'SQLite format 3', is: 'an SQLite database', advice: NO_PACKETS },
  { magic: '\x89PNG', is: 'a PNG picture', advice: NO_PACKETS },
  {
    magic: '#Version: 1.5\r\n#Software: Microsoft Windows Firewall',
    is: 'a Windows firewall log',
    advice: NO_PACKETS,
  },
  { magic: '#Version:', is: 'a log in the W3C format', advice: NO_PACKETS },
  { magic: '\xff\xfe', is: 'UTF-16 text', advice: NO_PACKETS },
];

/** What a file is that is no capture, and what to do: the end of a sentence that names the file. */
export function describeForeign(head: Uint8Array): string {
  const text = String.fromCharCode(...head.subarray(0, SEARCHED_BYTES));
  const known = signatures.find(({ magic, at }) => text.startsWith(magic, at ?? 0));
  if (known !== undefined) return `this is ${known.is}, not a pcap or pcapng capture; ${known.advice}`;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  if (isEtl(view, 0, head.length)) {
    return (
      'this is a Windows event trace (.etl of pktmon or netsh trace); its component list comes at its end: ' +
      'stop the capture, then analyse it with: portwitness ua.etl'
    );
  }
  return `${describeUnknown(text)}; give a pcap or pcapng capture (dumpcap, tcpdump and Wireshark write them) or an .etl of pktmon or netsh trace`;
}

function describeUnknown(text: string): string {
  const begin = text.trimStart();
  if (/^[\t\n\r\x20-\x7e\x80-\xff]+$/.test(text)) {
    if (/^<(!doctype html|html)/i.test(begin)) return 'this is an HTML page, not a capture';
    if (begin.startsWith('<')) return 'this is an XML file, not a capture';
    if (/^[[{]\s*["[{\]}\d]/.test(begin)) return 'this is a JSON file, not a capture';
    return 'this is a text file, not a capture';
  }
  const hex = Array.from(text.slice(0, 8), (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join(
    '',
  );
  return `this is no capture that is known here (it begins with the bytes ${hex})`;
}
