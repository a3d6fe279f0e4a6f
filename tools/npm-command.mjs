/** npm as a command: its own script when npm started us, which needs no shell on Windows either. */
import { basename } from 'node:path';

/** @returns {{ command: string, args: string[], shell: boolean }} `args` come before npm's own */
export function npmCommand() {
  const script = process.env.npm_execpath ?? '';
  if (basename(script) === 'npm-cli.js') return { command: process.execPath, args: [script], shell: false };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}
