/**
 * Whose reset is it? A host's packets come from one distance, count their IP identification or not, and refuse with
 * window 0; a device that resets in its name often does otherwise. Two signs that disagree tell no place.
 */
import type { Note } from '../../flow/attempts.js';
import { hopsOf } from '../../flow/hops.js';
import type { HostTraits } from '../hosts/host-profile.js';
import type { Located } from './located.js';

/** Flows of a host that must agree before a reset that differs is called foreign. */
export const MIN_AGREEING = 2;

/**
 * @param address the one that the RST carries, of another host than this server
 * @param refuses the RST answers a SYN, so that no connection was there
 */
export function resetSender(
  reset: Note,
  address: string,
  known: HostTraits | null,
  refuses: boolean,
): Located {
  const begin = `The RST carries the address of ${address}`;
  if (known === null || known.same < MIN_AGREEING || known.other > 0) {
    return unknown(
      `${begin}; the capture holds too few of its other packets to tell whether it came from there.`,
    );
  }
  const doubts = doubtsOf(reset, known, refuses);
  if (known.ttl === reset.ttl) {
    const same = `${begin} and its TTL (${reset.ttl}) equals that of ${known.same} other flows of this host.`;
    if (doubts.length > 0)
      return unknown(same, ...doubts, 'The signs disagree: the host or a device on the way sent it.');
    return { location: 'remote_host', confidence: 'medium', steps: [same, ...agreement(reset, known)] };
  }
  const other = `${begin}, but its TTL is ${reset.ttl}, while ${known.same} other flows of this host have ${known.ttl}.`;
  if (hopsOf(reset.ttl) >= hopsOf(known.ttl)) {
    return unknown(other, 'It may have been sent by another device or have taken another way.');
  }
  return {
    location: 'path',
    confidence: doubts.length > 0 ? 'high' : 'medium',
    steps: [other, ...doubts, 'It was sent by a device that is nearer than the host.'],
  };
}

function unknown(...steps: readonly string[]): Located {
  return { location: 'unknown', confidence: 'low', steps };
}

/** A stack that counts the identification of its SYN-ACKs counts that of its resets. */
function counts(known: HostTraits): boolean {
  return known.countedIds >= MIN_AGREEING && known.zeroIds === 0;
}

function doubtsOf(reset: Note, known: HostTraits, refuses: boolean): string[] {
  const doubts: string[] = [];
  if (reset.ipId === 0 && counts(known)) {
    doubts.push(`Its IP identification is 0, while the host counts it in ${known.countedIds} SYN-ACKs.`);
  }
  if (refuses && reset.window !== 0) {
    doubts.push(`Its window is ${reset.window}; a host that has no connection refuses with 0.`);
  }
  return doubts;
}

function agreement(reset: Note, known: HostTraits): string[] {
  if (reset.ipId <= 0 || !counts(known)) return [];
  return ['It counts its IP identification as the host does.'];
}
