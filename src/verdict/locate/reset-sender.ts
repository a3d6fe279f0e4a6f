/**
 * Whose reset is it? A host's packets come from one distance, count their IP identification or not, and refuse with
 * window 0; a device that resets in its name often does otherwise. Two signs that disagree tell no place.
 */
import type { Note } from '../../flow/tcp/attempts.js';
import { hopsOf } from '../../flow/hops.js';
import type { HostTraits } from '../hosts/host-profile.js';
import type { LocationStep } from '../words/location-step.js';
import { placeUnknown } from './located.js';
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
  if (known === null || known.same < MIN_AGREEING || known.other > 0) {
    return placeUnknown({ code: 'rst_few_packets_to_compare', address });
  }
  const doubts = doubtsOf(reset, known, refuses);
  if (known.ttl === reset.ttl) {
    const same = { code: 'rst_ttl_fits', address, ttl: reset.ttl, flows: known.same } as const;
    if (doubts.length > 0) return placeUnknown(same, ...doubts, { code: 'rst_signs_disagree' });
    return { location: 'remote_host', confidence: 'medium', steps: [same, ...agreement(reset, known)] };
  }
  const other = {
    code: 'rst_ttl_differs',
    address,
    ttl: reset.ttl,
    flows: known.same,
    usual: known.ttl,
  } as const;
  if (hopsOf(reset.ttl) >= hopsOf(known.ttl)) {
    return placeUnknown(other, ...doubts, { code: 'rst_other_device_or_way' });
  }
  return {
    location: 'path',
    confidence: doubts.length > 0 ? 'high' : 'medium',
    steps: [other, ...doubts, { code: 'rst_nearer_device' }],
  };
}

/** A stack that counts the identification of its SYN-ACKs counts that of its resets. */
function counts(known: HostTraits): boolean {
  return known.countedIds >= MIN_AGREEING && known.zeroIds === 0;
}

function doubtsOf(reset: Note, known: HostTraits, refuses: boolean): LocationStep[] {
  const doubts: LocationStep[] = [];
  if (reset.ipId === 0 && counts(known)) doubts.push({ code: 'rst_ip_id_zero', counted: known.countedIds });
  // A host that has no connection refuses with 0.
  if (refuses && reset.window !== 0) doubts.push({ code: 'rst_window', window: reset.window });
  return doubts;
}

function agreement(reset: Note, known: HostTraits): LocationStep[] {
  return reset.ipId <= 0 || !counts(known) ? [] : [{ code: 'rst_ip_id_counts' }];
}
