/**
 * Which program captures: the one that was asked for, or the first that can, in an order that puts kernel
 * timestamps and drop counters first. Whether a program can is found out by having it capture.
 */
import { isSea } from 'node:sea';
import { CaptureError } from '../frames/frame.js';
import { StartFailure } from './programs/capture-child.js';
import { ChildFeed } from './child-feed.js';
import { filterError, installRemedy, remedyOf } from './programs/diagnosis.js';
import { findProgram } from './programs/find-program.js';
import type { FoundProgram } from './programs/find-program.js';
import type { IncidentLog } from './feed/incidents.js';
import { InterfaceWatch } from './interfaces/interface-watch.js';
import type { ListingPrograms, NetworkInterface } from './interfaces/interfaces.js';
import { LiveFile } from './feed/live-file.js';
import { capProgram, dumpcapProgram, tcpdumpProgram } from './programs/programs.js';
import type { CaptureProgram, ProgramKind } from './programs/programs.js';
import type { SourceChoice, SourceKind } from './feed/source.js';

/** The capture programs of this machine; null = not installed. */
export interface FoundPrograms {
  readonly tcpdump: FoundProgram | null;
  readonly dumpcap: FoundProgram | null;
}

/** What is to be captured, with all that is known of the interfaces. */
export interface ChosenTarget {
  readonly interfaces: readonly NetworkInterface[];
  readonly filter: string;
  readonly snapLength: number;
}

export interface OpenedProgram {
  readonly program: CaptureProgram;
  readonly feeds: readonly ChildFeed[];
  readonly file: LiveFile;
  readonly choice: readonly SourceChoice[];
}

const MERITS: Readonly<Record<ProgramKind, string>> = {
  tcpdump: 'kernel timestamps; drops are told while it runs',
  dumpcap: 'kernel timestamps; drops are told when it ends',
  cap: 'arrival timestamps, drops unknown',
};

export function findPrograms(): FoundPrograms {
  return { tcpdump: findProgram('tcpdump'), dumpcap: findProgram('dumpcap') };
}

/** Those that may be run, to list the interfaces. */
export function listingPrograms({ tcpdump, dumpcap }: FoundPrograms): ListingPrograms {
  return {
    tcpdump: tcpdump?.executable === true ? tcpdump.file : null,
    dumpcap: dumpcap?.executable === true ? dumpcap.file : null,
  };
}

/** The programs to try, best first. */
export function programOrder(
  source: 'auto' | SourceKind,
  interfaces: number,
  platform: NodeJS.Platform = process.platform,
): readonly ProgramKind[] {
  if (source === 'dumpcap' || source === 'tcpdump' || source === 'cap') return [source];
  const cap: readonly ProgramKind[] = hasCap() ? ['cap'] : [];
  if (platform === 'win32') return ['dumpcap', ...cap];
  // One dumpcap captures on several interfaces; tcpdump would be one process for each.
  return interfaces > 1 ? ['dumpcap', 'tcpdump', ...cap] : ['tcpdump', 'dumpcap', ...cap];
}

/**
 * Opens the first program of `order` that captures.
 * @throws CaptureError when none does, with each one's reason and remedy; and for a filter that one does not accept.
 */
export async function openProgram(
  order: readonly ProgramKind[],
  found: FoundPrograms,
  target: ChosenTarget,
  incidents: IncidentLog,
): Promise<OpenedProgram> {
  const choice: SourceChoice[] = [];
  const refusals: string[] = [];
  for (const kind of order) {
    const program = programOf(kind, found);
    if (program === null) {
      choice.push({ kind, taken: false, reason: 'not installed' });
      refusals.push(`${kind}: it is not installed; ${installRemedy(process.platform)}`);
      continue;
    }
    const file = new LiveFile(target.interfaces.map(({ friendlyName }) => friendlyName).join(', '));
    try {
      const feeds = await openFeeds(program, target, { incidents, file });
      choice.push({ kind, taken: true, reason: MERITS[kind] });
      return { program, feeds, file, choice };
    } catch (error) {
      if (!(error instanceof StartFailure)) throw error;
      const { refusal } = error;
      if (refusal.cause === 'filter') throw filterError(target.filter, refusal);
      choice.push({ kind, taken: false, reason: refusal.words });
      const remedy = remedyOf(refusal, program.file, process.platform);
      refusals.push(`${kind}: ${refusal.words}${remedy === '' ? '' : `; ${remedy}`}`);
    }
  }
  const where = target.interfaces.map(({ friendlyName }) => friendlyName).join(', ');
  throw new CaptureError('', 0, `${where} cannot be captured:\n  ${refusals.join('\n  ')}`);
}

/** The program of a kind; null = not installed. */
export function programOf(kind: ProgramKind, found: FoundPrograms): CaptureProgram | null {
  switch (kind) {
    case 'tcpdump':
      return found.tcpdump === null ? null : tcpdumpProgram(found.tcpdump.file);
    case 'dumpcap':
      return found.dumpcap === null ? null : dumpcapProgram(found.dumpcap.file);
    case 'cap':
      return hasCap() ? capProgram() : null;
  }
}

/** The one executable file cannot hold the package, which is native, nor start Node for it. */
export function hasCap(): boolean {
  return !isSea();
}

async function openFeeds(
  program: CaptureProgram,
  target: ChosenTarget,
  around: { readonly incidents: IncidentLog; readonly file: LiveFile },
): Promise<readonly ChildFeed[]> {
  const groups = program.several ? [target.interfaces] : target.interfaces.map((one) => [one]);
  const feeds: ChildFeed[] = [];
  try {
    for (const group of groups) {
      const watch = new InterfaceWatch(group, around.incidents);
      const interfaces = group.map(({ name }) => name);
      feeds.push(await ChildFeed.open(program, { ...target, interfaces }, watch, around));
    }
  } catch (error) {
    await Promise.all(feeds.map((feed) => feed.close()));
    throw error;
  }
  return feeds;
}
