/**
 * A day of User Activity with the payload of its protocols, made on the fly from the rounds of the sample captures: each
 * computer has one in every quarter of an hour. Some fail at some hours, so that verdicts change all day.
 */
import { nas01 } from '../../captures/recipes/craft/hosts.js';
import { Wire } from '../../captures/recipes/craft/wire.js';
import type { Host } from '../../captures/recipes/craft/wire.js';
import { userActivityRound } from '../../captures/recipes/round.js';
import type { RoundOptions } from '../../captures/recipes/round.js';
import { privateExchange } from '../../captures/recipes/samples/strange-traffic.js';
import { BATCH_FRAMES, FrameBatch, LinkType } from '../../src/capture/frames/frame.js';
import type { CaptureFile } from '../../src/capture/frames/frame.js';
import type { AnnotatedFrame } from '../../src/capture/pcap/pcapng-writer.js';
import type { LiveCounters, LiveIncident, LiveReader } from '../../src/capture/source/feed/source.js';
import { Replay } from './traffic.js';

/** Minutes between two rounds of a computer, and seconds at the end of a minute in which none begins. */
const ROUND = 15;
const REST = 25;
/** Dynamic ports of Windows end here; a round takes fewer than 100. */
const LAST_PORT = 65_400;
const FIRST_PORT = 49_152;

export interface WorkingDayOptions {
  readonly computers: number;
  readonly hours: number;
  /** Seconds that the clock goes on at once. */
  readonly step: number;
}

export class WorkingDay implements LiveReader {
  readonly kind = 'tcpdump';
  readonly description = 'a working day';
  readonly file: CaptureFile = {
    ...new Replay([], 0).file,
    interfaces: [{ linkType: LinkType.Ethernet, snapLength: 0, resolution: 1e9, name: 'eth0' }],
  };
  readonly hosts: readonly Host[];
  /** Called at each step of the clock with the share of the day that is over. */
  onStep: (share: number) => Promise<void> = () => Promise.resolve();
  readonly #options: WorkingDayOptions;
  readonly #server = nas01();
  readonly #batch = new FrameBatch();
  #frames: readonly AnnotatedFrame[] = [];
  #next = 0;
  #minute = 0;
  #step = 0;
  #start = 0;

  constructor(options: WorkingDayOptions) {
    this.#options = options;
    this.hosts = Array.from({ length: options.computers }, (_, i) => computer(i));
    this.#batch.bytes = new Uint8Array(BATCH_FRAMES * 2048);
    this.#batch.view = new DataView(this.#batch.bytes.buffer);
    this.#batch.linkType.fill(LinkType.Ethernet);
    this.#playMinute();
    this.#start = this.#frames[0]?.sec ?? 0;
  }

  readonly now = (): number => (this.#start + this.#step * this.#options.step) * 1000;
  readonly steady = this.now;

  async nextBatch(): Promise<FrameBatch | null> {
    const { hours, step } = this.#options;
    const batch = this.#batch;
    batch.firstFrame += batch.count;
    batch.count = 0;
    if (this.#next === this.#frames.length) {
      if (this.#minute >= hours * 60) return null;
      this.#playMinute();
    }
    const frame = this.#frames[this.#next];
    const due = Math.floor(((frame?.sec ?? this.#start) - this.#start) / step);
    if (due > this.#step) {
      this.#step++;
      await this.onStep((this.#step * step) / (hours * 3600));
      return batch;
    }
    const until = this.#start + (this.#step + 1) * step;
    let used = 0;
    for (let one = frame; one !== undefined; one = this.#frames[++this.#next]) {
      if (one.sec >= until || batch.count === BATCH_FRAMES) break;
      used = put(batch, one, used);
    }
    return batch;
  }

  /** The rounds that begin in a minute; all of them end in it. */
  #playMinute(): void {
    const minute = this.#minute++;
    const wire = new Wire(this.#server, { seed: minute + 1 });
    const due = this.hosts.filter((_, i) => i % ROUND === minute % ROUND);
    if (this.#server.nextPort > LAST_PORT - due.length * 100) this.#server.nextPort = FIRST_PORT;
    for (const [i, host] of due.entries()) {
      if (host.nextPort > LAST_PORT) host.nextPort = FIRST_PORT;
      const at = minute * 60 + (i * (60 - REST)) / due.length;
      userActivityRound(wire, this.#server, host, { at, services: fate(this.hosts.indexOf(host), minute) });
      if (i === 0) privateExchange(wire, host, this.#server, 7788, at + 1);
    }
    this.#frames = wire.frames();
    this.#next = 0;
  }

  counters(): LiveCounters {
    return { received: null, droppedByKernel: 0, droppedByInterface: 0, timestamps: 'kernel' };
  }

  takeIncidents(): readonly LiveIncident[] {
    return [];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function put(batch: FrameBatch, { sec, nsec, bytes, direction }: AnnotatedFrame, used: number): number {
  const i = batch.count++;
  batch.bytes.set(bytes, used);
  batch.at[i] = used;
  batch.capLen[i] = batch.origLen[i] = bytes.length;
  batch.sec[i] = sec;
  batch.nsec[i] = nsec;
  batch.direction[i] = direction ?? 0;
  return used + bytes.length;
}

function computer(i: number): Host {
  const [high, low] = [i >> 8, i & 255];
  return {
    name: `WS${String(i + 1).padStart(5, '0')}`,
    ip: `10.21.${high}.${low}`,
    mac: Uint8Array.of(0, 0x15, 0x5d, 0x15, high, low),
    ttl: 128,
    hops: 1,
    rtt: 0.0012,
    nextPort: FIRST_PORT,
    nextId: i & 0xffff,
  };
}

/** Of 25 computers one does not answer on 9003 in every second hour, and one refuses 445 in every third. */
function fate(i: number, minute: number): NonNullable<RoundOptions['services']> {
  const hour = Math.floor(minute / 60);
  if (i % 25 === 7 && hour % 2 === 1) return { agent: 'silent' };
  if (i % 25 === 13 && hour % 3 === 1) return { smb: 'refused', session: 'refused' };
  return {};
}
