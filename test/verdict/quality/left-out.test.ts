/** Whether packets were left out of a capture by design: both sides of each condition. */
import test from 'ava';
import { keptOf } from '../../../src/verdict/quality/left-out.js';
import type { QualityFacts } from '../../../src/verdict/quality/quality-facts.js';
import { unreadLinks } from '../../../src/verdict/quality/file-checks.js';
import { filtered } from '../../../src/verdict/quality/missing-checks.js';
import { FAULTLESS } from './faultless.js';

const kept = (facts: Partial<QualityFacts>): string => keptOf({ ...FAULTLESS, ...facts });

test('captures without any data hold SYNs, SYNs and their answers, or control segments', (t) => {
  const silent = { spokenFlows: 0, synAckFlows: 0, endedFlows: 0, repeatedFlows: 0, tcpFlows: 5 };
  t.is(kept(silent), 'syn');
  t.is(kept({ ...silent, tcpFlows: 4 }), 'all');
  t.is(kept({ ...silent, midstreamFlows: 1 }), 'all');
  t.is(kept({ ...silent, repeatedFlows: 1 }), 'all', 'who asks again got no answer');
  t.is(kept({ ...silent, repeatedFlows: 1, filters: ['tcp[tcpflags] & tcp-syn != 0'] }), 'syn');
  const answered = { ...silent, synAckFlows: 5 };
  t.is(kept(answered), 'syn_and_syn_ack');
  t.is(kept({ ...answered, repeatedFlows: 1 }), 'all');
  t.is(kept({ ...answered, synAckFlows: 4 }), 'all');
  t.is(kept({ ...answered, endedFlows: 1 }), 'control');
});

test('a sample tears connections apart, a lossy capture lacks parts of whole ones', (t) => {
  t.is(kept({ tornFlows: 3, wholeFlows: 3 }), 'sample');
  t.is(kept({ tornFlows: 3, wholeFlows: 4 }), 'all');
  t.is(kept({ tornFlows: 2, wholeFlows: 2 }), 'all');
  const unseen = { unseenFlows: 50, wholeFlows: 100, tcpFlows: 100 };
  t.is(kept({ ...unseen, midstreamFlows: 20 }), 'sample');
  t.is(kept({ ...unseen, midstreamFlows: 10, oneSidedFlows: 10 }), 'sample');
  t.is(kept({ ...unseen, midstreamFlows: 19 }), 'all');
  t.is(kept({ ...unseen, unseenFlows: 49, midstreamFlows: 20 }), 'all');
  t.is(kept({ unseenFlows: 1, wholeFlows: 1, midstreamFlows: 100 }), 'all');
});

test('frames of a link that is not read weigh by their share, a filter by what it hides', (t) => {
  const unread = (frames: number): string | undefined =>
    unreadLinks({ ...FAULTLESS, unreadLinkTypes: [{ linkType: 147, frames }] })?.level;
  t.deepEqual([unread(500), unread(501)], ['warning', 'serious']);
  t.is(unreadLinks(FAULTLESS), null);
  t.is(filtered(FAULTLESS), null);
  t.deepEqual(filtered({ ...FAULTLESS, filters: ['tcp'] })?.effects, ['hides_attempts', 'hides_icmp']);
  t.deepEqual(filtered({ ...FAULTLESS, filters: ['host 10.0.0.1'] })?.effects, ['hides_attempts']);
});
