/** Evidence of captures that are not ours: tshark reads it without a complaint, filters select the same frames. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { CaptureError } from '../../src/capture/frames/frame.js';
import { faultsOf } from '../report/evidence-of.js';
import { CAPTURES } from '../programs.js';
import { ROOT } from '../shipped.js';
import { testWith } from '../test-with.js';

const FOLDERS = [join(ROOT, 'captures', 'lab'), CAPTURES, join('..', 'shared', 'cases')];

const withTshark = testWith('tshark');
for (const folder of FOLDERS.filter((one) => existsSync(one))) {
  withTshark(`evidence of every capture in ${folder}`, async (t) => {
    t.timeout(1_200_000);
    const names = readdirSync(folder).filter((name) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(name));
    const faults: string[] = [];
    for (const name of names) {
      try {
        faults.push(...(await faultsOf([join(folder, name)])));
      } catch (error) {
        if (!(error instanceof CaptureError)) throw error;
        t.log(error.message);
      }
    }
    t.deepEqual(faults, []);
  });
}
if (!FOLDERS.some((one) => existsSync(one))) test.skip('evidence of other captures', () => undefined);
