/** Loads the instrumented tests once and runs, for each mutant that is asked for, those that reach it. */
import { parentPort, workerData } from 'node:worker_threads';

/** @type {{ slowest?: number }} microseconds of CPU after which a test is left out */
const { files, count, platform, ava, slowest = 300_000 } = workerData;
const reached = new Uint8Array(count);
let active = -1;
globalThis.__mutant = (id) => {
  reached[id] = 1;
  return id === active;
};

await import(platform);
const { tests, runTest } = await import(ava);
const failing = [];
for (const file of files) {
  await import(file).catch((error) => failing.push(`${file}: ${error.message}`));
}
const onLoad = [...reached.keys()].filter((id) => reached[id] === 1);

/** What each test reaches; those that fail as things are say nothing and are left out. */
const usable = [];
/** A test that takes longer (random input in thousands of rounds) would be asked hundreds of times. */
let slow = 0;
for (const test of tests) {
  reached.fill(0);
  const began = process.cpuUsage().user;
  try {
    await runTest(test);
    const took = process.cpuUsage().user - began;
    if (took > slowest) slow++;
    else usable.push({ ...test, reaches: Uint8Array.from(reached), took });
  } catch (error) {
    failing.push(`${test.title}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
usable.sort((a, b) => a.took - b.took);
parentPort.postMessage({ ready: usable.length, slow, failing, onLoad });

parentPort.on('message', async (id) => {
  active = id;
  let tried = 0;
  for (const test of usable) {
    if (test.reaches[id] === 0) continue;
    tried++;
    try {
      await runTest(test);
    } catch {
      active = -1;
      parentPort.postMessage({ id, killedBy: test.title, tried });
      return;
    }
  }
  active = -1;
  parentPort.postMessage({ id, killedBy: '', tried });
});
