/** Preloaded into a Node program that is measured: writes its peak resident size in bytes when it ends. */
import { writeFileSync } from 'node:fs';

const file = process.env['PORTWITNESS_PEAK_FILE'];
if (file) process.on('exit', () => writeFileSync(file, String(process.resourceUsage().maxRSS * 1024)));
