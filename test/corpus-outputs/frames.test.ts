/** Shared frames of every capture that is not ours: headers and checksums are as they were, addresses are not. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { Pseudonyms } from '../../src/share/names/pseudonyms.js';
import { CAPTURES } from '../programs.js';
import { differences } from '../share/rejoined.js';
import { testWith } from '../test-with.js';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => (i * 57 + 9) & 255);

if (existsSync(CAPTURES)) {
  testWith('tshark')('tshark reads the same in shared frames, but for the addresses', async (t) => {
    t.timeout(1_200_000);
    const names = readdirSync(CAPTURES).filter((name) => /\.(pcap|pcapng|cap|etl)(\.gz)?$/.test(name));
    for (const name of names) {
      try {
        t.deepEqual(await differences(join(CAPTURES, name), new Pseudonyms(KEY)), [], name);
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        t.log(error.message);
      }
    }
  });
} else test.skip('shared frames of other captures', () => undefined);
