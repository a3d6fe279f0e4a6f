/** Frames that the capture lost at random: it is noticed, and nothing that works is called blocked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Random } from '../../captures/recipes/craft/random.js';
import { analyze } from '../../src/analysis.js';
import { loadPacks } from '../../src/rules/load.js';
import { COMMITTED } from './committed.js';
import { plainPcapBytes, readFrames } from './frames.js';

const ROUNDS = 12;

for (const lost of [0.02, 0.1, 0.3]) {
  test(`with ${lost * 100} % of the frames missing, no verdict of a healthy network is a fault`, async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'portwitness-lossy-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const packs = await loadPacks({ files: [] });
    const frames = await readFrames(join(COMMITTED, 'healthy.pcap.gz'));
    const random = new Random(lost * 1000);
    let noticed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const path = join(folder, `${round}.pcap`);
      writeFileSync(path, plainPcapBytes(frames.filter(() => random.uint32() / 2 ** 32 >= lost)));
      const { judgement, gate } = await analyze({
        inputs: [path],
        packs,
        server: [],
        agentPort: 9003,
        serverPort: 9004,
        answerWait: 3,
      });
      if (gate.losesPackets) noticed++;
      const faults = judgement.verdicts.filter(
        ({ verdict }) => verdict === 'blocked' || verdict === 'degraded',
      );
      t.deepEqual(
        faults.map(({ rule, reason }) => `${rule.id} ${reason}`),
        [],
        `round ${round}`,
      );
    }
    t.true(noticed >= ROUNDS - 1, `noticed in ${noticed} of ${ROUNDS}`);
  });
}
