/**
 * The thread that takes digests: for each `{ id, fd }` it reads the whole file by position (the reader's own
 * position does not move) and answers `{ id, sha256 }`, or `{ id, sha256: '' }` when the file cannot be read.
 */
import fs from 'node:fs';
import { createHash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';

const CHUNK_BYTES = 1 << 20;
const chunk = new Uint8Array(CHUNK_BYTES);

function digest(fd: number): string {
  const hash = createHash('sha256');
  try {
    for (let at = 0; ;) {
      const got = fs.readSync(fd, chunk, 0, CHUNK_BYTES, at);
      if (got === 0) return hash.digest('hex');
      hash.update(chunk.subarray(0, got));
      at += got;
    }
  } catch {
    return '';
  }
}

parentPort?.on('message', ({ id, fd }: { id: number; fd: number }) => {
  parentPort?.postMessage({ id, sha256: digest(fd) });
});
