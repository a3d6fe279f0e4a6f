/**
 * Shared headers with the original payload behind them, beside the original, as tshark reads both: it then can tell
 * whether checksums are right.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCapture } from '../../src/capture/open.js';
import { PcapngWriter } from '../../src/capture/pcap/pcapng-writer.js';
import { FrameHeaders } from '../../src/decode/frame-headers.js';
import { SharedFrames } from '../../src/share/frames/shared-frames.js';
import type { Pseudonyms } from '../../src/share/names/pseudonyms.js';
import { ENVIRONMENT } from '../programs.js';

const SAME = [
  ...['ip', 'tcp', 'udp', 'icmp', 'icmpv6'].map((one) => `${one}.checksum.status`),
  ...['ip.proto', 'ip.len', 'ip.ttl', 'ip.id', 'ipv6.nxt', 'ipv6.plen', 'vlan.id', 'vxlan.vni', 'arp.opcode'],
  ...['tcp.port', 'tcp.flags', 'tcp.seq_raw', 'tcp.options.mss_val', 'udp.port', 'icmp.type', 'icmpv6.type'],
];
/** Replaced: none of them may be read in the shared frame where it stood in the original. */
const REPLACED = [
  'eth.addr',
  'ip.addr',
  'ipv6.addr',
  'arp.src.proto_ipv4',
  'arp.dst.proto_ipv4',
  'icmpv6.nd.ns.target_address',
];
const CHECKED = ['ip', 'tcp', 'udp'].flatMap((one) => ['-o', `${one}.check_checksum:TRUE`]);

/** What differs between the frames of a capture and the shared ones, by tshark; '' = nothing. At most ten. */
export async function differences(path: string, pseudonyms: Pseudonyms): Promise<string[]> {
  const [originals, shared] = [new Frames(), new Frames()];
  const frames = new SharedFrames(pseudonyms);
  const headers = new FrameHeaders();
  const reader = await openCapture(path, { digest: false });
  for (let batch = await reader.nextBatch(); batch !== null; batch = await reader.nextBatch()) {
    for (let row = 0; row < batch.count; row++) {
      const at = batch.at[row]!;
      const end = at + batch.capLen[row]!;
      const made = frames.frame(batch, row);
      const length = headers.length(batch, row);
      // Without its first or last headers it is another frame.
      if (made === null || made.before > 0 || made.bytes.length !== length) continue;
      const rest = batch.bytes.slice(at + length, end);
      const origLen = batch.origLen[row]!;
      originals.add(batch.linkType[row]!, batch.bytes.slice(at, end), origLen);
      shared.add(made.linkType, Uint8Array.from([...made.bytes, ...rest]), origLen);
    }
  }
  await reader.close();
  return compared(originals.read(), shared.read(), pseudonyms);
}

class Frames {
  readonly #writer = new PcapngWriter();
  readonly #blocks = [this.#writer.section()];
  readonly #interfaces = new Map<number, number>();

  add(linkType: number, bytes: Uint8Array, origLen: number): void {
    let iface = this.#interfaces.get(linkType);
    if (iface === undefined) {
      this.#interfaces.set(linkType, (iface = this.#interfaces.size));
      this.#blocks.push(this.#writer.interfaceDescription({ linkType }));
    }
    this.#blocks.push(
      this.#writer.packet({ iface, sec: 1, nsec: 0, bytes, origLen: Math.max(origLen, bytes.length) }),
    );
  }

  /** For each frame the cells of SAME, then of REPLACED. */
  read(): string[][] {
    const folder = mkdtempSync(join(tmpdir(), 'portwitness-rejoined-'));
    try {
      const file = join(folder, 'x.pcapng');
      writeFileSync(file, Buffer.concat(this.#blocks));
      const fields = [...SAME, ...REPLACED].flatMap((name) => ['-e', name]);
      const whole = ['ip', 'ipv6'].flatMap((one) => ['-o', `${one}.defragment:FALSE`]);
      const args = ['-n', '-r', file, ...CHECKED, ...whole, '-T', 'fields', ...fields];
      const { stdout } = spawnSync('tshark', args, {
        encoding: 'utf8',
        maxBuffer: 256 << 20,
        env: ENVIRONMENT,
      });
      return stdout
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
}

function compared(
  originals: readonly string[][],
  shared: readonly string[][],
  pseudonyms: Pseudonyms,
): string[] {
  const found: string[] = [];
  const known = new Map(pseudonyms.pairs.map(({ original, pseudonym }) => [original, pseudonym]));
  for (const [i, cells] of originals.entries()) {
    for (const [k, cell] of cells.entries()) {
      const name = [...SAME, ...REPLACED][k] ?? '';
      const wanted =
        k < SAME.length
          ? cell
          : cell
              .split(',')
              .map((one) => known.get(one) ?? one)
              .join();
      const is = shared[i]?.[k] ?? '';
      if (is !== wanted && found.length < 10)
        found.push(`${i + 1}: ${name}: ${cell} -> ${is}, not ${wanted}`);
    }
  }
  return found;
}
