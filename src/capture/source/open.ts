/**
 * Opens a live source: the one that was asked for, or the best that works here. Each way that is passed over says
 * why, and when none works the error says what to do about each.
 */
import { CaptureError } from '../frames/frame.js';
import { findPrograms, listingPrograms, openProgram, programOrder } from './choose.js';
import { FilesFeed } from './files-feed.js';
import { IncidentLog } from './feed/incidents.js';
import { listInterfaces, resolveInterfaces, usualInterface } from './interfaces/interfaces.js';
import type { NetworkInterface } from './interfaces/interfaces.js';
import { LiveFile } from './feed/live-file.js';
import { ownSessionFilter } from './feed/own-session.js';
import { FeedReader } from './reader.js';
import type { LiveReader, SourceKind } from './feed/source.js';
import { StreamFeed } from './stream-feed.js';

export interface LiveOptions {
  readonly source: 'auto' | SourceKind;
  /** Names, numbers of the list of interfaces, or addresses; empty = the usual one. */
  readonly interfaces?: readonly string[];
  /** As for tcpdump; '' = none. Not given: the own ssh session is left out. */
  readonly filter?: string;
  /** For 'files'. */
  readonly files?: readonly string[];
  /** Bytes kept of each frame; 0 or not given = all. */
  readonly snapLength?: number;
  /** For 'stdin'; `process.stdin` when not given. */
  readonly stdin?: NodeJS.ReadableStream;
  /** Ends the capture: what has been captured is still handed out, then `nextBatch` resolves to null. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a live source; resolves when the capture has begun (for standard input: at once).
 * @throws CaptureError when it cannot be opened; the message says what to do.
 */
export async function openLive(options: LiveOptions): Promise<LiveReader> {
  const incidents = new IncidentLog();
  if (options.source === 'stdin') return openStdin(options, incidents);
  if (options.source === 'files') return openFiles(options, incidents);
  return openInterfaces(options, incidents);
}

async function openStdin(options: LiveOptions, incidents: IncidentLog): Promise<LiveReader> {
  const file = new LiveFile('-');
  const feed = await StreamFeed.open(options.stdin ?? process.stdin, { incidents, file });
  return new FeedReader({
    kind: 'stdin',
    description: 'standard input',
    choice: [{ kind: 'stdin', taken: true, reason: 'as asked for' }],
    timestamps: 'kernel',
    feeds: [feed],
    incidents,
    file,
    signal: options.signal,
  });
}

async function openFiles(options: LiveOptions, incidents: IncidentLog): Promise<LiveReader> {
  const inputs = options.files ?? [];
  if (inputs.length === 0) throw new CaptureError('', 0, 'no file is named that could be followed');
  const description = inputs.length === 1 ? `the file ${inputs.join('')}` : `the files ${inputs.join(', ')}`;
  const file = new LiveFile(inputs.join(', '));
  const feed = await FilesFeed.open(inputs, { incidents, file });
  return new FeedReader({
    kind: 'files',
    description,
    choice: [{ kind: 'files', taken: true, reason: 'as asked for' }],
    timestamps: 'kernel',
    feeds: [feed],
    incidents,
    file,
    signal: options.signal,
  });
}

async function openInterfaces(options: LiveOptions, incidents: IncidentLog): Promise<LiveReader> {
  const found = findPrograms();
  const known = await listInterfaces(listingPrograms(found));
  const interfaces = chosenInterfaces(options.interfaces ?? [], known);
  const target = {
    interfaces,
    filter: options.filter ?? ownSessionFilter(),
    snapLength: options.snapLength ?? 0,
  };
  const opened = await openProgram(programOrder(options.source, interfaces.length), found, target, incidents);
  const { program, feeds, file, choice } = opened;
  return new FeedReader({
    kind: program.kind,
    description: describe(program.kind, interfaces),
    choice,
    filter: target.filter,
    timestamps: program.timestamps,
    feeds,
    incidents,
    file,
    signal: options.signal,
  });
}

function chosenInterfaces(
  words: readonly string[],
  known: readonly NetworkInterface[],
): readonly NetworkInterface[] {
  if (words.length > 0) return resolveInterfaces(words, known);
  const usual = usualInterface(known);
  if (usual === null) {
    const text =
      'no interface is up and has an address; name one with -i ("portwitness interfaces" lists them)';
    throw new CaptureError('', 0, text);
  }
  return [usual];
}

function describe(kind: SourceKind, interfaces: readonly NetworkInterface[]): string {
  const names = interfaces.map(({ friendlyName, addresses }) =>
    addresses[0] === undefined ? friendlyName : `${friendlyName} (${addresses[0]})`,
  );
  return `${kind} on ${names.join(', ')}`;
}
