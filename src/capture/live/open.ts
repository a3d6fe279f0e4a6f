/**
 * Opens a live source: the one that was asked for, or the best that works here. Each way that is passed over says
 * why, and when none works the error says what to do about each.
 */
import { CaptureError } from '../frame.js';
import { ChildFeed } from './child-feed.js';
import type { FeedSurroundings } from './child-feed.js';
import { StartFailure } from './capture-child.js';
import { filterError, installRemedy, permissionRemedy } from './diagnosis.js';
import type { Refusal } from './diagnosis.js';
import { findProgram } from './find-program.js';
import { IncidentLog } from './incidents.js';
import { InterfaceWatch } from './interface-watch.js';
import { listInterfaces, resolveInterfaces, usualInterface } from './interfaces.js';
import type { NetworkInterface } from './interfaces.js';
import { LiveFile } from './live-file.js';
import { ownSessionFilter } from './own-session.js';
import { dumpcapProgram, tcpdumpProgram } from './programs.js';
import type { CaptureProgram, ProgramKind } from './programs.js';
import { FeedReader } from './reader.js';
import type { LiveReader, SourceChoice, SourceKind } from './source.js';
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

async function openInterfaces(options: LiveOptions, incidents: IncidentLog): Promise<LiveReader> {
  const dumpcap = findProgram('dumpcap');
  const tcpdump = findProgram('tcpdump');
  const known = await listInterfaces({
    dumpcap: dumpcap?.executable === true ? dumpcap.file : null,
    tcpdump: tcpdump?.executable === true ? tcpdump.file : null,
  });
  const interfaces = chosenInterfaces(options.interfaces ?? [], known);
  const filter = options.filter ?? ownSessionFilter();
  const order = orderOf(options.source, interfaces.length);
  const choice: SourceChoice[] = [];
  const refusals: string[] = [];
  for (const kind of order) {
    const found = kind === 'dumpcap' ? dumpcap : tcpdump;
    if (found === null) {
      choice.push({ kind, taken: false, reason: 'not installed' });
      refusals.push(`${kind}: not installed; ${installRemedy(process.platform)}`);
      continue;
    }
    const program = kind === 'dumpcap' ? dumpcapProgram(found.file) : tcpdumpProgram(found.file);
    const file = new LiveFile(interfaces.map(({ friendlyName }) => friendlyName).join(', '));
    try {
      const target = { interfaces, filter, snapLength: options.snapLength ?? 0 };
      const feeds = await openFeeds(program, target, { incidents, file });
      choice.push({ kind, taken: true, reason: 'kernel timestamps, drop counters' });
      return new FeedReader({
        kind,
        description: describe(kind, interfaces),
        choice,
        filter,
        timestamps: program.timestamps,
        feeds,
        incidents,
        file,
        signal: options.signal,
      });
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      const { refusal } = error;
      if (refusal.cause === 'filter') throw filterError(filter, refusal);
      choice.push({ kind, taken: false, reason: refusal.words });
      refusals.push(`${kind}: ${refusal.words}${remedy(refusal, found.file)}`);
    }
  }
  throw new CaptureError('', 0, `nothing can be captured here:\n  ${refusals.join('\n  ')}`);
}

function orderOf(source: LiveOptions['source'], interfaces: number): readonly ProgramKind[] {
  if (source === 'dumpcap' || source === 'tcpdump' || source === 'cap') return [source];
  // tcpdump tells its drops while it runs; one dumpcap captures on several interfaces in the order of time.
  if (process.platform !== 'win32' && interfaces === 1) return ['tcpdump', 'dumpcap'];
  return ['dumpcap', 'tcpdump'];
}

function chosenInterfaces(
  words: readonly string[],
  known: readonly NetworkInterface[],
): readonly NetworkInterface[] {
  if (words.length > 0) return resolveInterfaces(words, known);
  const usual = usualInterface(known);
  if (usual === null) {
    throw new CaptureError(
      '',
      0,
      'no interface is up and has an address; name one with -i ("portwitness interfaces" lists them)',
    );
  }
  return [usual];
}

async function openFeeds(
  program: CaptureProgram,
  target: { interfaces: readonly NetworkInterface[]; filter: string; snapLength: number },
  around: FeedSurroundings,
): Promise<readonly ChildFeed[]> {
  const groups = program.several ? [target.interfaces] : target.interfaces.map((one) => [one]);
  const feeds: ChildFeed[] = [];
  try {
    for (const group of groups) {
      const watch = new InterfaceWatch(group, around.incidents);
      const names = group.map(({ name }) => name);
      feeds.push(await ChildFeed.open(program, { ...target, interfaces: names }, watch, around));
    }
  } catch (error) {
    await Promise.all(feeds.map((feed) => feed.close()));
    throw error;
  }
  return feeds;
}

function remedy(refusal: Refusal, file: string): string {
  return refusal.cause === 'permission' ? `; ${permissionRemedy(refusal.kind, file, process.platform)}` : '';
}

function describe(kind: SourceKind, interfaces: readonly NetworkInterface[]): string {
  const names = interfaces.map(({ friendlyName, addresses }) =>
    addresses[0] === undefined ? friendlyName : `${friendlyName} (${addresses[0]})`,
  );
  return `${kind} on ${names.join(', ')}`;
}
