/** The published test vectors of Community ID v1, and their capture from the first byte to the ID. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { parseAddress } from '../../src/flow/record/address.js';
import { communityId } from '../../src/flow/record/community-id.js';
import { icmpCounterpart } from '../../src/flow/record/key.js';
import { flowsOf } from './measured.js';
import { CORPUS, HAS_CORPUS, NO_CORPUS, pathOf } from './truth.js';
import { leftOut } from '../test-with.js';

interface Vector {
  readonly proto: number;
  readonly saddr: string;
  readonly daddr: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly communityid: string;
}

function vectors(seed: number): Vector[] {
  const text = readFileSync(join(CORPUS, 'truth', `community_id_seed${seed}.json`), 'utf8');
  return JSON.parse(text) as Vector[];
}

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;

if (HAS_CORPUS) {
  for (const seed of [0, 1]) {
    test(`the vectors of seed ${seed} are reproduced`, (t) => {
      let compared = 0;
      for (const vector of vectors(seed)) {
        if (![TCP, UDP, ICMP, ICMPV6].includes(vector.proto)) continue;
        const src = parseAddress(vector.saddr);
        const dst = parseAddress(vector.daddr);
        if (src === null || dst === null) {
          t.fail(`address of ${JSON.stringify(vector)}`);
          continue;
        }
        const icmp = vector.proto === ICMP || vector.proto === ICMPV6;
        const pair = icmp ? icmpCounterpart(src.version, vector.sport ?? 0) : 0;
        const oneWay = icmp && pair < 0;
        const id = communityId(
          vector.proto,
          src.version,
          { words: src.words, port: vector.sport ?? 0 },
          { words: dst.words, port: icmp && !oneWay ? pair : (vector.dport ?? 0) },
          oneWay,
          seed,
        );
        t.is(id, vector.communityid, JSON.stringify(vector));
        compared++;
      }
      t.true(compared >= 18);
    });
  }

  test('flows of the vectors’ own capture carry their IDs', async (t) => {
    const ids = new Set(
      (await flowsOf(pathOf('community-id-spec__combined.pcap.gz'))).map((f) => f.communityId),
    );
    const wanted = vectors(0).filter((v) => [TCP, UDP, ICMP, ICMPV6].includes(v.proto));
    t.deepEqual(
      [...new Set(wanted.map((v) => v.communityid))].filter((id) => !ids.has(id)),
      [],
    );
  });
} else {
  leftOut('the public captures', NO_CORPUS);
}
