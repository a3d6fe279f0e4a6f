/** Runs Wireshark's command-line programs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lines that the program prints; throws with its own message when it fails. */
export function lines(program: string, args: readonly string[]): string[] {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 64 << 20 });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}`);
  return done.stdout.split(/\r?\n/).filter((line) => line !== '');
}

/** The same on bytes that are no file yet: `args` gets the path of a file that lives as long as the call. */
export function linesOf(
  program: string,
  bytes: Uint8Array,
  args: (path: string) => readonly string[],
): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'portwitness-test-'));
  try {
    const path = join(folder, 'capture');
    writeFileSync(path, bytes);
    return lines(program, args(path));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
