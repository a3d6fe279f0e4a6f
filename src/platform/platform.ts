/**
 * The platform that serves this process. It is installed once, before anything is read, by whoever starts the
 * program (node/install.ts for Node): one thing in a process cannot differ from call to call, and a parameter of it
 * would pass through all that is called from the first packet to the last line of a report.
 */
import type { Platform } from './contract.js';

const NONE = new Proxy({} as Platform, {
  get: () => {
    throw new Error('no platform is installed: import platform/node/install.js first');
  },
});

export let platform: Platform = NONE;

/** Returns the one before, for a test that puts it back. */
export function installPlatform(installed: Platform): Platform {
  const before = platform;
  platform = installed;
  return before;
}
