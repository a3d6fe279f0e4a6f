/** Files that are written again keep their rights, and links their places. */
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, readdir, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readState, writeState } from '../../src/monitor/state-file.js';
import { nodePlatform } from '../../src/platform/node/node.js';
import { OutputError, writeWhole } from '../../src/report/write/write-file.js';

const posix = process.platform === 'win32' ? test.skip : test;

async function folder(t: ExecutionContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'portwitness rights '));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function put(path: string, text: string): Promise<void> {
  await writeWhole(path, async (sink) => {
    await sink.write(text);
  });
}

async function modeOf(path: string): Promise<number> {
  return (await stat(path)).mode & 0o777;
}

posix('a file that is replaced keeps its mode, narrower and wider ones', async (t) => {
  const path = join(await folder(t), 'report.html');
  for (const mode of [0o600, 0o640, 0o664]) {
    await writeFile(path, 'old');
    await chmod(path, mode);
    await put(path, 'new');
    t.is(await modeOf(path), mode);
    t.is(await readFile(path, 'utf8'), 'new');
  }
});

posix('the owner is kept where that is permitted', async (t) => {
  if (process.getuid?.() !== 0) {
    t.pass();
    return;
  }
  const path = join(await folder(t), 'report.html');
  await writeFile(path, 'old');
  execFileSync('chown', ['65534:65534', path]);
  await put(path, 'new');
  const { uid, gid } = await stat(path);
  t.deepEqual([uid, gid], [65_534, 65_534]);
});

posix('a new state file is for its user alone; one that was given other rights keeps them', async (t) => {
  const path = join(await folder(t), 'state.json');
  await writeState(path, ['{}']);
  t.is(await modeOf(path), 0o600);
  await chmod(path, 0o644);
  await writeState(path, ['{}']);
  t.is(await modeOf(path), 0o644);
});

posix('a link to a file that is not there yet is written through, one in a circle is refused', async (t) => {
  const at = await folder(t);
  const path = join(at, 'link.html');
  await symlink('second', path);
  await symlink(join(at, 'real.html'), join(at, 'second'));
  await put(path, 'text');
  t.is(await readlink(path), 'second');
  t.is(await readFile(join(at, 'real.html'), 'utf8'), 'text');
  await symlink('round', join(at, 'round'));
  await t.throwsAsync(put(join(at, 'round'), 'text'), { instanceOf: OutputError });
  t.deepEqual((await readdir(at)).sort(), ['link.html', 'real.html', 'round', 'second']);
});

posix('a pipe is no state file, and a device no list', async (t) => {
  const path = join(await folder(t), 'pipe');
  execFileSync('mkfifo', [path]);
  const problem = { instanceOf: OutputError, message: /it is no regular file/ };
  await t.throwsAsync(readState(path, t.fail.bind(t)), problem);
  await t.throwsAsync(writeState(path, ['{}']), problem);
  await t.throwsAsync(nodePlatform.readFile('/dev/zero', 1000), { code: 'ENOTSUP' });
});
