/** Preloaded into a Node program that is measured: writes its peak resident size and CPU time when it ends. */
import { writeFileSync } from 'node:fs';

const file = process.env['PORTWITNESS_USAGE_FILE'];
if (file) {
  process.on('exit', () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(file, `${maxRSS * 1024} ${(userCPUTime + systemCPUTime) / 1e6}`);
  });
}
