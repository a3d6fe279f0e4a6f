/**
 * The SHA-256 of an input file as it lies on disk (FIPS 180-4). Large files are hashed by one thread of their
 * own beside the reading; it ends when it has nothing to do, and it never keeps the process alive unless
 * somebody waits for its answer.
 */
import fs from 'node:fs';
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { PendingDigest } from '../contract.js';
import { threadSource } from './assets.js';

/** Smaller files are hashed where they are asked for: starting a thread costs more. In bytes. */
export const INLINE_BYTES = 4 << 20;
const CHUNK_BYTES = 256 << 10;

interface Job {
  readonly fd: number;
  readonly worker: Worker;
  readonly resolve: (sha256: string) => void;
}

const jobs = new Map<number, Job>();
let worker: Worker | null = null;
let lastId = 0;

/** Starts to hash the open file `fd` of `size` bytes, from its first byte to its end; it stays open until `wait` has resolved. */
export function startDigest(fd: number, size: number): PendingDigest {
  if (size < INLINE_BYTES) return { wait: () => hashHere(fd) };
  const settled = new Promise<string>((resolve) => {
    const id = ++lastId;
    worker ??= startWorker();
    jobs.set(id, { fd, worker, resolve });
    worker.postMessage({ id, fd });
  });
  return {
    wait: () => {
      worker?.ref();
      return settled;
    },
  };
}

function startWorker(): Worker {
  const { source, eval: isText } = threadSource(new URL('./digest-worker.js', import.meta.url));
  const started = new Worker(source, { eval: isText, resourceLimits: SMALL_HEAP });
  started.unref();
  started.on('message', ({ id, sha256 }: { id: number; sha256: string }) => {
    jobs.get(id)?.resolve(sha256);
    jobs.delete(id);
    if (jobs.size === 0) retire(started);
  });
  // Without its thread (a bundle without the file, no memory left) the work is done here.
  started.on('error', () => retire(started));
  started.on('exit', () => {
    if (worker === started) worker = null;
    takeOver(started);
  });
  return started;
}

/** The thread holds one buffer and a hash, megabytes. */
const SMALL_HEAP = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 32 } as const;

function retire(started: Worker): void {
  if (worker === started) worker = null;
  void started.terminate();
}

function takeOver(ended: Worker): void {
  for (const [id, job] of jobs) {
    if (job.worker !== ended) continue;
    jobs.delete(id);
    void hashHere(job.fd).then(job.resolve);
  }
}

async function hashHere(fd: number): Promise<string> {
  const hash = createHash('sha256');
  const chunk = new Uint8Array(CHUNK_BYTES);
  for (let at = 0; ;) {
    const got = await readAt(fd, chunk, at);
    if (got < 0) return '';
    if (got === 0) return hash.digest('hex');
    hash.update(chunk.subarray(0, got));
    at += got;
  }
}

/** Bytes read at a position, -1 when reading failed. */
function readAt(fd: number, chunk: Uint8Array, at: number): Promise<number> {
  return new Promise((resolve) => {
    fs.read(fd, chunk, 0, chunk.length, at, (error, got) => resolve(error ? -1 : got));
  });
}
