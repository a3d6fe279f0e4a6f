/** Saves a small capture of its own for every verdict that changes or fails, out of the ring. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAddress } from '../../flow/record/address.js';
import { counted } from '../../report/text/quantities.js';
import { writeBytesWhole } from '../../report/write/write-file.js';
import type { LiveEvent, LiveOutput, VerdictChange } from '../words/model.js';
import { cutCapture } from './cut.js';
import type { Ring } from './ring.js';

/**
 * Small captures kept in the folder of the ring.
 * @reached the oldest is removed
 */
export const MAX_EVIDENCE_FILES = 1_000;
/**
 * Changes that wait for their capture.
 * @reached further ones get none and are counted
 */
export const MAX_WAITING = 100;
/** Seconds before the deciding packet that are kept. */
const SECONDS_BEFORE = 120;
const NAME = /^change-(\d{6,})-.*\.pcapng$/;

export class RingEvidence implements LiveOutput {
  /** Changes without a capture: too many at once, or their packets are not in the ring. */
  leftOut = 0;
  private readonly ring: Ring;
  private readonly waiting: VerdictChange[] = [];
  private working: Promise<void> = Promise.resolve();
  private busy = false;
  private closed = false;
  private failure = '';

  constructor(ring: Ring) {
    this.ring = ring;
  }

  get trouble(): string {
    if (this.failure !== '' || this.ring.trouble !== '') return this.failure || this.ring.trouble;
    const { framesLeftOut } = this.ring;
    if (framesLeftOut === 0) return '';
    return `The evidence ring lacks ${counted(framesLeftOut, 'frame')}: the disk was too slow or refused.`;
  }

  event(event: LiveEvent): void {
    if (event.type !== 'verdict_changed' || this.closed || isFirstSuccess(event)) return;
    if (this.waiting.length >= MAX_WAITING) {
      this.leftOut++;
      return;
    }
    this.waiting.push(event);
    if (!this.busy) this.working = this.work();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.working;
    await this.ring.close();
  }

  /** Never rejects. */
  private async work(): Promise<void> {
    this.busy = true;
    for (let change = this.waiting.shift(); change !== undefined; change = this.waiting.shift()) {
      try {
        await this.save(change);
        this.failure = '';
      } catch (error) {
        this.leftOut++;
        this.failure = `The capture of a change is not saved: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    this.busy = false;
  }

  private async save(change: VerdictChange): Promise<void> {
    const host = parseAddress(change.host);
    if (host === null) return;
    await this.ring.flush();
    const noticed = Math.ceil(Date.parse(change.time) / 1000);
    const bytes = await cutCapture(this.ring.files, {
      host,
      from: noticed - SECONDS_BEFORE,
      to: Math.max(noticed, Math.ceil(Date.parse(change.noticed) / 1000)),
      comment: `${change.ruleLabel} of ${change.host}: ${change.from} -> ${change.to}. ${change.reason}`,
    });
    if (bytes === null) {
      this.leftOut++;
      return;
    }
    await writeBytesWhole(join(this.ring.folder, fileName(change)), bytes);
    await this.tidy();
  }

  private async tidy(): Promise<void> {
    const names = (await readdir(this.ring.folder)).filter((name) => NAME.test(name)).sort();
    for (const name of names.slice(0, Math.max(0, names.length - MAX_EVIDENCE_FILES))) {
      await rm(join(this.ring.folder, name), { force: true });
    }
  }
}

/** That a port works is no news the first time: there are thousands of those at a start. */
function isFirstSuccess({ from, to }: VerdictChange): boolean {
  return from === 'not_observed' && to !== 'blocked' && to !== 'degraded';
}

/** Only characters that every file system takes; the address has no others but colons. */
function fileName({ sequence, rule, host, to }: VerdictChange): string {
  const plain = (text: string): string => text.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 60);
  return `change-${String(sequence).padStart(6, '0')}-${plain(rule)}-${plain(host)}-${to}.pcapng`;
}
