/**
 * What a second core could gain at the most. The capture is divided by the hosts of its flows, so that no flow is in
 * both halves, and the halves are analysed at the same time, each in a process of its own: nothing is read or
 * decoded twice, nothing is handed over, no result is joined, and each writes only its half of the report. Threads
 * that share one analysis have all of that on top.
 */
import { closeSync, openSync, renameSync, writeSync } from 'node:fs';
import { Timeline } from '../../src/capture/merge.js';
import { pcapHeader, pcapRecord } from '../../captures/recipes/craft/pcap.js';
import { Decoder } from '../../src/decode/decoder.js';
import { Layer, Packet } from '../../src/decode/packet/packet.js';
import { measure, median } from './measure.js';
import type { Program } from './programs.js';

/** Bytes gathered before they are written. */
const CHUNK = 1 << 20;

/** Medians of the rounds, wall seconds. */
export interface Halved {
  readonly whole: number;
  /** Cores in use while the whole was analysed: CPU time of all threads over wall time. 0 = this system does not tell. */
  readonly cores: number;
  readonly halves: number;
}

class Half {
  private readonly fd: number;
  private readonly chunk = new Uint8Array(CHUNK + (1 << 18));
  private used = 0;

  constructor(path: string) {
    this.fd = openSync(path, 'w');
    this.add(pcapHeader());
  }

  add(bytes: Uint8Array): void {
    this.chunk.set(bytes, this.used);
    this.used += bytes.length;
    if (this.used >= CHUNK) this.flush();
  }

  private flush(): void {
    writeSync(this.fd, this.chunk.subarray(0, this.used));
    this.used = 0;
  }

  close(): void {
    this.flush();
    closeSync(this.fd);
  }
}

/** By both hosts of the flow, since what one connection tells helps with others between them; questions to a name
 * server all have the same hosts and are divided by their ports. */
function halfOf(p: Packet): 0 | 1 {
  const ports = p.layers & Layer.Udp ? p.srcPort ^ p.dstPort : 0;
  return Math.imul(p.src0 ^ p.dst0 ^ ports, 0x9e3779b1) < 0 ? 1 : 0;
}

/** Writes the two halves of a capture of Ethernet frames beside it; returns their paths. */
export async function halve(path: string): Promise<readonly [string, string]> {
  const paths = [`${path}.half-0`, `${path}.half-1`] as const;
  const halves = paths.map((one) => new Half(`${one}.part`));
  const [decoder, packet] = [new Decoder(), new Packet()];
  const timeline = await Timeline.open([path], { digest: false });
  for (let run = await timeline.next(); run !== null; run = await timeline.next()) {
    const { bytes, at, capLen, sec, nsec } = run.batch;
    for (let i = run.from; i < run.to; i++) {
      decoder.decode(run.batch, i, packet);
      const frame = bytes.subarray(at[i], at[i]! + capLen[i]!);
      halves[halfOf(packet)]?.add(pcapRecord({ bytes: frame, sec: sec[i]!, nsec: nsec[i]! }));
    }
  }
  await timeline.close();
  for (const half of halves) half.close();
  for (const one of paths) renameSync(`${one}.part`, one);
  return paths;
}

/** @param programs the same program with two places for its output */
export async function wholeAndHalves(
  path: string,
  programs: readonly [Program, Program],
  rounds: number,
): Promise<Halved> {
  const [own, other] = programs;
  const [first, second] = await halve(path);
  const whole: number[] = [];
  const cores: number[] = [];
  const halves: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = await measure(own.command(path));
    whole.push(one.seconds);
    cores.push((one.cpu ?? 0) / one.seconds);
    const both = await Promise.all([measure(own.command(first)), measure(other.command(second))]);
    halves.push(Math.max(...both.map(({ seconds }) => seconds)));
  }
  return { whole: median(whole), cores: median(cores), halves: median(halves) };
}
