/**
 * What is never in a capture was left out of it: a filter on TCP flags, a sample of the packets. Judged before the
 * verdicts, since each single connection of such a capture looks like a fault.
 */
import type { QualityFacts } from './quality-facts.js';

/** What of TCP connections the capture holds. */
export type Kept = 'all' | 'syn' | 'syn_and_syn_ack' | 'control' | 'sample';

/** So many connections must lack the same before it is no accident. */
const ENOUGH_FLOWS = 5;
/** Share of connections with unseen data from which on packets were left out by design, and the fewest of them. */
const SAMPLED_SHARE = 0.5;
const ENOUGH_UNSEEN = 2;
const ENOUGH_TORN = 3;

export function keptOf(facts: QualityFacts): Kept {
  const { tcpFlows, synAckFlows, endedFlows, spokenFlows, repeatedFlows, midstreamFlows } = facts;
  if (spokenFlows === 0 && tcpFlows >= ENOUGH_FLOWS && midstreamFlows === 0) {
    // Whoever gets no answer asks again: none does where answers come that are not in the capture.
    if (synAckFlows === 0 && endedFlows === 0)
      return repeatedFlows === 0 || filtersFlags(facts) ? 'syn' : 'all';
    if (synAckFlows >= ENOUGH_FLOWS && endedFlows === 0)
      return repeatedFlows === 0 ? 'syn_and_syn_ack' : 'all';
    if (synAckFlows >= ENOUGH_FLOWS) return 'control';
  }
  const { unseenFlows, wholeFlows, tornFlows } = facts;
  if (tornFlows >= ENOUGH_TORN && tornFlows >= wholeFlows) return 'sample';
  if (unseenFlows < ENOUGH_UNSEEN || unseenFlows < SAMPLED_SHARE * wholeFlows) return 'all';
  return hasShortFlows(facts) ? 'sample' : 'all';
}

/** Does the declared filter choose by TCP flags (pcap-filter: tcp[13], tcp[tcpflags], tcp-syn)? */
export function filtersFlags({ filters }: Pick<QualityFacts, 'filters'>): boolean {
  return filters.some((text) => /\btcp\s*\[|\btcp-(?:syn|ack|fin|rst|push)\b|tcp\.flags/i.test(text));
}

/** A sample tears whole connections apart as well: many show one side or no beginning. */
function hasShortFlows({ oneSidedFlows, midstreamFlows, tcpFlows }: QualityFacts): boolean {
  return oneSidedFlows + midstreamFlows >= 0.2 * tcpFlows;
}
