/** Archives whose bytes depend on names, contents and the given time alone. */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** A file of an archive. `executable`: as Unix sees it.
 * @typedef {{ name: string, bytes: Uint8Array, executable?: boolean }} Entry
 */

/** Writes a zip. @param {Entry[]} entries @param {number} seconds since 1970, of all files */
export async function writeZip(path, entries, seconds) {
  const { ZipFile } = await import('yazl');
  // Zip holds local times; those of this computer's zone would differ from another's.
  process.env.TZ = 'UTC';
  const zip = new ZipFile();
  const mtime = new Date(seconds * 1000);
  for (const { name, bytes, executable } of entries)
    zip.addBuffer(Buffer.from(bytes), name, {
      mtime,
      mode: executable ? 0o100755 : 0o100644,
      compressionLevel: 9,
    });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
}

/** Header of a file (POSIX.1-2017 pax, "ustar Interchange Format"). */
function tarHeader({ name, bytes, executable }, seconds) {
  const header = Buffer.alloc(BLOCK);
  const octal = (value, width) => value.toString(8).padStart(width - 1, '0');
  header.write(name, 0, 100);
  header.write(octal(executable ? 0o755 : 0o644, 8), 100);
  header.write(octal(0, 8), 108);
  header.write(octal(0, 8), 116);
  header.write(octal(bytes.length, 12), 124);
  header.write(octal(seconds, 12), 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 7)}\u0000 `, 148);
  return header;
}

/** Writes a tar, compressed by gzip. @param {Entry[]} entries with names of at most 100 bytes @param {number} seconds as above */
export async function writeTarGz(path, entries, seconds) {
  const parts = entries.flatMap((entry) => {
    const padding = Buffer.alloc(-entry.bytes.length & (BLOCK - 1));
    return [tarHeader(entry, seconds), entry.bytes, padding];
  });
  const tar = Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
  await writeFile(path, gzipSync(tar, { level: 9 }));
}
