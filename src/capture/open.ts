/** Opens a capture by what it contains: pcap, pcapng, .etl, and gzip or zstd of each. The name plays no part. */
import type { ByteStream, InputFile, InputStream, PendingDigest } from '../platform/contract.js';
import { errorCode } from '../platform/error-code.js';
import { platform } from '../platform/platform.js';
import { CaptureError } from './frames/frame.js';
import type { CaptureReader } from './frames/frame.js';
import { FileSource, StreamSource, errorText } from './bytes/byte-source.js';
import type { ByteSource } from './bytes/byte-source.js';
import { ByteWindow } from './bytes/byte-window.js';
import { DecodedSource, STREAM_LIMIT, compressionOf } from './compression/decompress.js';
import type { DecompressedLimit } from './compression/decompress.js';
import { isEtl } from './etl/trace/header.js';
import { openEtl } from './etl/opening.js';
import type { RandomAccess } from './etl/trace/random-access.js';
import { FileAccess, SpooledCopy } from './file-access.js';
import { FileFacts } from './frames/file-facts.js';
import { describeForeign } from './foreign.js';
import { CaptureInput } from './frames/input.js';
import { MAX_DECOMPRESSED_BYTES, MAX_EXPANSION, WINDOW_BYTES } from './bytes/limits.js';
import { isPcap, openPcap } from './pcap/pcap.js';
import { openPcapng } from './pcap/pcapng.js';
import { isPcapng } from './pcap/pcapng-layout.js';
import type { StreamCopies, StreamCopy } from './bytes/stream-copy.js';

/** Enough of a file to know it by. */
const HEAD_BYTES = 512;
const MIN_WINDOW = 64;
const ANY_COMPONENT = -1;

export interface OpenOptions {
  /** What the path `-` reads; the platform's standard input when not given. Destroyed by `close`. */
  readonly stdin?: ByteStream;
  /** Bytes read at once (the window grows for a longer frame); 1 MiB when not given. */
  readonly window?: number;
  /** Ends reading: `nextBatch` resolves to null soon after it is aborted. `close` is still called. */
  readonly signal?: AbortSignal;
  /** `false` leaves a regular file's `sha256` empty; for a look at a file that is read again later. */
  readonly digest?: boolean;
  /** The component of pktmon whose packets are taken from an .etl; one place for each adapter when not given. */
  readonly etlComponent?: number;
  /** Bytes that a compressed file may hold, whatever its own size; `MAX_DECOMPRESSED_BYTES` and a ratio when not given. */
  readonly maxDecompressed?: number;
  /** Keeps what is read of inputs that pass only once. */
  readonly copies?: StreamCopies;
}

/** How the head of an input is read. */
export interface HeadOptions {
  /** Bytes of the window. */
  readonly window: number;
  /** Called once, when the reader is closed. */
  readonly settle: (facts: FileFacts) => Promise<void>;
  /** Makes a window over an event trace readable at any place; absent = such a trace is refused. */
  readonly random?: (window: ByteWindow) => Promise<RandomAccess>;
  readonly etlComponent?: number;
  /** Of a compressed input; `STREAM_LIMIT` when not given. */
  readonly decompressed?: DecompressedLimit;
}

/**
 * Opens `path` (`-` is standard input) and reads its header.
 * @throws CaptureError when it is missing, unreadable, empty or no capture; the message names the path.
 */
export async function openCapture(path: string, options: OpenOptions = {}): Promise<CaptureReader> {
  const size = Math.max(MIN_WINDOW, options.window ?? WINDOW_BYTES);
  const opened = await openSource(path, options);
  const { source } = opened;
  const stop = (): void => source.stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  const release = async (): Promise<void> => {
    options.signal?.removeEventListener('abort', stop);
    await opened.release();
  };
  if (options.signal?.aborted === true) stop();
  try {
    const reader = await readHead(path, source, opened.size, {
      window: size,
      settle: async (facts) => {
        facts.sha256 = await opened.sha256();
        await release();
      },
      random: async (window) =>
        source instanceof FileSource && window.source === source
          ? new FileAccess(source)
          : SpooledCopy.of(window),
      etlComponent: options.etlComponent ?? ANY_COMPONENT,
      decompressed: limitOf(options.maxDecompressed),
    });
    if (options.digest !== false) opened.startDigest();
    return reader;
  } catch (error) {
    await release();
    if (error instanceof CaptureError) throw error;
    throw new CaptureError(path, 0, `${path}: ${errorText(error)}`);
  }
}

/** Who says how much a file may hold has looked at it: its ratio is not asked about then. */
function limitOf(given: number | undefined): DecompressedLimit {
  const advice = '--max-decompressed allows more';
  return given === undefined
    ? { bytes: MAX_DECOMPRESSED_BYTES, expansion: MAX_EXPANSION, advice }
    : { bytes: given, expansion: Infinity, advice };
}

interface Opened {
  readonly source: ByteSource;
  /** Size on disk, 0 when unknown. */
  readonly size: number;
  /** Called once the input is known to be a capture: a foreign file of many gigabytes is not worth hashing. */
  startDigest(): void;
  sha256(): Promise<string>;
  release(): Promise<void>;
}

async function openSource(path: string, { stdin, copies }: OpenOptions): Promise<Opened> {
  if (path === '-' && stdin !== undefined) return ofStream(stdin, copies?.begin(path));
  const input = await openInput(path);
  return input.kind === 'stream' ? ofStream(input.chunks, copies?.begin(path)) : ofFile(input);
}

/** Its bytes pass once, so the digest is taken on the way. */
function ofStream(stream: ByteStream, copy: StreamCopy | null = null): Opened {
  const source = new StreamSource(stream, copy);
  return {
    source,
    size: 0,
    startDigest: () => undefined,
    sha256: () => Promise.resolve(source.sha256),
    release: () => source.close(),
  };
}

function ofFile(file: InputFile): Opened {
  const source = new FileSource(file);
  let digest: PendingDigest | null = null;
  return {
    source,
    size: file.size,
    startDigest: () => {
      digest = file.startDigest();
    },
    // Waited for before `release`: the digest reads the same open file.
    sha256: async () => (digest === null ? '' : await digest.wait()),
    release: () => source.close(),
  };
}

async function openInput(path: string): Promise<InputFile | InputStream> {
  try {
    return await platform.openInput(path);
  } catch (error) {
    if (errorCode(error) === 'EISDIR') throw new CaptureError(path, 0, directoryMessage(path));
    throw new CaptureError(path, 0, `${path}: ${openFailure(error)}`);
  }
}

/** The sentence for a directory given as a capture. */
export function directoryMessage(path: string): string {
  const example = path.replace(/[\\/]+$/, '');
  return `${path}: this is a directory; give the files, for example ${example}/*.pcapng`;
}

function openFailure(error: unknown): string {
  switch (errorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file; check the path';
    case 'EACCES':
    case 'EPERM':
      return 'reading it is not permitted; run as a user who may read it, or copy the file';
    case 'EBUSY':
      return 'another program holds it; stop the capture first, or copy the file';
    case 'EMFILE':
    case 'ENFILE':
      return 'too many files are open; give fewer files at once';
    default:
      return `it cannot be opened (${errorText(error)})`;
  }
}

/**
 * Reads the head of a source and makes its reader; waits for as many bytes as tell the format.
 * @throws CaptureError when it is empty or no capture; the source is left open.
 */
export async function readHead(
  path: string,
  source: ByteSource,
  fileSize: number,
  options: HeadOptions,
): Promise<CaptureReader> {
  const { settle } = options;
  let window = new ByteWindow(source, options.window);
  await needHead(window);
  const facts = new FileFacts(path, fileSize, source);
  if (window.length === 0) {
    const failure = source.failure;
    if (failure !== null) throw new CaptureError(path, 0, `${path}: ${failure.message}`);
    throw new CaptureError(path, 0, `${path}: the file is empty (0 bytes); capture or copy it again`);
  }
  const compression = compressionOf(window);
  if (compression !== null) {
    const most = options.decompressed ?? STREAM_LIMIT;
    window = new ByteWindow(new DecodedSource(window, compression, most), options.window);
    await needHead(window);
    facts.format = `, ${compression}`;
  }
  if (options.random !== undefined && isEtl(window.view, window.start, window.length)) {
    return openTrace(await options.random(window), facts, options);
  }
  const input = new CaptureInput(window, facts, () => settle(facts));
  if (window.length >= 4) {
    if (isPcap(window.view, window.start)) return openPcap(input);
    if (isPcapng(window.view, window.start)) return openPcapng(input);
  }
  throw new CaptureError(path, 0, `${path}: ${describeHead(window, compression)}`);
}

/** Opens an event trace; its copy, if it is one, is removed when it is closed. */
async function openTrace(
  input: RandomAccess,
  facts: FileFacts,
  options: HeadOptions,
): Promise<CaptureReader> {
  try {
    return await openEtl(input, facts, options.etlComponent ?? ANY_COMPONENT, async () => {
      await options.settle(facts);
      await input.close();
    });
  } catch (error) {
    await input.close();
    throw error;
  }
}

/** Waits for as much as tells a format: four bytes of a live pipe are enough when they are a known magic. */
async function needHead(window: ByteWindow): Promise<void> {
  if (!(await window.need(4))) return;
  const { view, start } = window;
  if (isPcap(view, start) || isPcapng(view, start) || compressionOf(window) !== null) return;
  await window.need(HEAD_BYTES);
}

function describeHead(window: ByteWindow, compression: string | null): string {
  const inside = compression === null ? '' : `inside the ${compression} data: `;
  const failure = window.source.failure;
  if (window.length < 4) {
    const because = failure === null ? '' : ` (${failure.message})`;
    return `${inside}only ${window.length} bytes are there, too few for a capture${because}; capture or copy it again`;
  }
  const head = window.bytes.subarray(window.start, window.start + Math.min(window.length, HEAD_BYTES));
  return inside + describeForeign(head);
}
