import test from 'ava';
import { mkdir, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CHUNK_UNITS, ChunkedSink } from '../../src/report/write/sink.js';
import { OutputError, writeWhole } from '../../src/report/write/write-file.js';

async function folder(t: { teardown(run: () => Promise<void>): void }): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'portwitness out '));
  t.teardown(() => rm(path, { recursive: true, force: true }));
  return path;
}

const HELLO = async (sink: { write(text: string): Promise<void> | undefined }) => {
  await sink.write('hello ');
  await sink.write('world ✓');
};

test('a file is written whole, its folder is created and no temporary file stays', async (t) => {
  const path = join(await folder(t), 'new folder', 'deeper', 'report one.html');
  await writeWhole(path, HELLO);
  t.is(await readFile(path, 'utf8'), 'hello world ✓');
  t.deepEqual(await readdir(join(path, '..')), ['report one.html']);
});

test('while the new file is written the old one stays readable, and it survives an error', async (t) => {
  const dir = await folder(t);
  const path = join(dir, 'report.html');
  await writeFile(path, 'old');
  await t.throwsAsync(
    writeWhole(path, async (sink) => {
      await sink.write('x'.repeat(CHUNK_UNITS * 2));
      t.is(await readFile(path, 'utf8'), 'old');
      throw new RangeError('a bug in a format');
    }),
    { instanceOf: RangeError },
  );
  t.is(await readFile(path, 'utf8'), 'old');
  t.deepEqual(await readdir(dir), ['report.html']);
});

test('an existing file is replaced', async (t) => {
  const path = join(await folder(t), 'report.html');
  await writeFile(path, 'a much longer old report');
  await writeWhole(path, HELLO);
  t.is(await readFile(path, 'utf8'), 'hello world ✓');
});

test('a directory as the target is named with what to do', async (t) => {
  const dir = await folder(t);
  const error = await t.throwsAsync(writeWhole(dir, HELLO), { instanceOf: OutputError });
  t.is(error.path, dir);
  t.is(error.message, `cannot write ${dir}: it is a directory; give a file name`);
});

test('a file in the place of a folder is named with what to do', async (t) => {
  const dir = await folder(t);
  await writeFile(join(dir, 'file'), '');
  const path = join(dir, 'file', 'report.html');
  const error = await t.throwsAsync(writeWhole(path, HELLO), { instanceOf: OutputError });
  t.regex(error.message, /cannot write .*: a part of its path is a file|cannot write .*: its folder/);
  t.deepEqual(await readdir(dir), ['file']);
});

test('a name that is too long is an OutputError and leaves nothing behind', async (t) => {
  const dir = await folder(t);
  const error = await t.throwsAsync(writeWhole(join(dir, 'x'.repeat(300)), HELLO), {
    instanceOf: OutputError,
  });
  t.true(error.code !== '');
  t.deepEqual(await readdir(dir), []);
});

if (process.platform !== 'win32') {
  test('a symbolic link stays a link and the file behind it is replaced', async (t) => {
    const dir = await folder(t);
    await mkdir(join(dir, 'real'));
    await writeFile(join(dir, 'real', 'report.html'), 'old');
    await symlink(join(dir, 'real', 'report.html'), join(dir, 'latest.html'));
    await writeWhole(join(dir, 'latest.html'), HELLO);
    t.is(await readFile(join(dir, 'real', 'report.html'), 'utf8'), 'hello world ✓');
    t.deepEqual((await readdir(dir)).sort(), ['latest.html', 'real']);
  });

  test('a device is written into and not replaced', async (t) => {
    await writeWhole('/dev/null', HELLO);
    t.true((await stat('/dev/null')).isCharacterDevice());
  });
}

test('small pieces are handed on in chunks and in order', async (t) => {
  const chunks: string[] = [];
  const sink = new ChunkedSink((chunk) => {
    chunks.push(chunk.toString());
    return Promise.resolve();
  });
  let expected = '';
  for (let i = 0; i < 30_000; i++) {
    expected += `${i};`;
    await sink.write(`${i};`);
  }
  await sink.end();
  t.is(chunks.join(''), expected);
  t.true(chunks.length > 1 && chunks.every((chunk) => chunk.length < CHUNK_UNITS + 10));
});

test('a file that is flushed to the disk while it is written arrives whole', async (t) => {
  const path = join(await folder(t), 'long.json');
  const piece = Buffer.alloc(20 * 1024 * 1024, 'flow ');
  await writeWhole(path, async (sink) => {
    for (let i = 0; i < 4; i++) await sink.writeBytes(piece);
  });
  t.is((await stat(path)).size, 4 * piece.length);
  t.true((await readFile(path)).subarray(3 * piece.length).equals(piece));
});
