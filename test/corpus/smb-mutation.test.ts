/** SMB of the public captures with bytes changed and lost at random (seeded): no throw, and memory stays bounded. */
import test from 'ava';
import { RpcDissector } from '../../src/recognise/dcerpc/dce-rpc.js';
import { Origin } from '../../src/flow/record/origin.js';
import { Facts, MAX_FACTS_PER_FLOW } from '../../src/recognise/facts/facts.js';
import { StreamBuffer } from '../../src/recognise/stream/stream-buffer.js';
import { SmbDissector } from '../../src/recognise/smb/smb.js';
import { random } from '../recognise/smb/smb-exchange.js';
import { chunksOf, viewOf } from '../recognise/smb/smb-streams.js';
import type { Chunk } from '../recognise/smb/smb-streams.js';
import { HAS_CORPUS, NO_CORPUS, pathOf, truth } from './truth.js';
import { leftOut } from '../test-with.js';

const ROUNDS = 60;
/** Chunks of one connection that take part. */
const MAX_CHUNKS = 1500;
/** Both sides' feeders and what a few pipes hold. */
const MAX_HELD = 2 << 20;

function replay(chunks: readonly Chunk[], below: (n: number) => number): { facts: Facts; held: number } {
  const facts = new Facts();
  const from = new Origin();
  const smb = new SmbDissector(facts, 0, (name) => new RpcDissector(facts, 0, name));
  const feeders = [new StreamBuffer(smb, 0), new StreamBuffer(smb, 1)] as const;
  let held = 0;
  for (const { side, bytes } of chunks) {
    from.frame++;
    const changed = bytes.slice();
    if (below(8) === 0) for (let n = 1 + below(4); n > 0; n--) changed[below(changed.length)] = below(256);
    if (below(100) === 0) feeders[side].gap(below(3) === 0 ? 0 : changed.length, from);
    else feeders[side].feed(changed, viewOf(changed), 0, changed.length, from);
    held = Math.max(held, feeders[0].size + feeders[1].size + smb.size);
  }
  smb.end();
  return { facts, held };
}

if (HAS_CORPUS) {
  for (const row of truth('files.tsv')) {
    const file = row['file'] ?? '';
    if (!/\b(?:nbss|smb2?)=/.test(row['protocols'] ?? '')) continue;
    test(`changed bytes of ${file} never throw`, async (t) => {
      const streams = await chunksOf(pathOf(file), new Set([139, 445]));
      const below = random(20_261_122);
      for (let round = 0; round < ROUNDS; round++) {
        for (const chunks of streams) {
          const { facts, held } = replay(chunks.slice(0, MAX_CHUNKS), below);
          t.true(held < MAX_HELD);
          t.true(facts.opens.items.length <= MAX_FACTS_PER_FLOW);
        }
      }
    });
  }
} else {
  leftOut('the public captures', NO_CORPUS);
}
