/** Of every capture, the cited frames say what the report says: the report against its own captures. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { checkCapture } from '../../src/report/verify/check.js';
import { claimsOf } from '../../src/report/verify/claims.js';
import { modelOf } from '../report/evidence-of.js';
import { CAPTURES } from '../programs.js';
import { ROOT } from '../shipped.js';

const FOLDERS = [join(ROOT, 'captures', 'lab'), CAPTURES, join('..', 'shared', 'cases')];

for (const folder of FOLDERS.filter((one) => existsSync(one))) {
  test(`cited frames of every capture in ${folder}`, async (t) => {
    t.timeout(1_200_000);
    const names = readdirSync(folder).filter((name) => /\.(pcap|pcapng|cap|etl)(\.gz)?$/.test(name));
    for (const path of names.map((name) => join(folder, name))) {
      try {
        const claims = claimsOf(await modelOf(path), (address) => address).get(path) ?? new Map();
        const { differences, unchecked } = await checkCapture(path, claims);
        t.deepEqual(differences, [], path);
        t.is(unchecked, 0, path);
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        t.log(error.message);
      }
    }
  });
}
