/** Checks of what was read: files that stop early, frames and flows that were lost, link types that are not read. */
import { counted, measured, said, share } from './finding.js';
import { keptOf } from './left-out.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityFinding } from './quality.js';
import type { Thresholds } from './thresholds.js';

export function empty(facts: QualityFacts): QualityFinding | null {
  if (facts.frames > 0) return null;
  return counted(0, 'frames', { code: 'no_frames', level: 'serious', values: {} });
}

export function damaged({ damaged: files }: QualityFacts): QualityFinding | null {
  if (files.length === 0) return null;
  return said({ code: 'damaged_file', level: 'warning', values: { files }, effects: ['misses_flows'] });
}

export function interrupted({ interrupted: why }: QualityFacts): QualityFinding | null {
  if (why === '') return null;
  return said({ code: 'interrupted', level: 'warning', values: { why }, effects: ['misses_flows'] });
}

export function lost({ lost: frames }: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (frames === null) return said({ code: 'loss_unknown', level: 'note', values: {} });
  if (frames === 0n) return null;
  const heavy = frames >= BigInt(Math.ceil(thresholds['lost-frames']));
  return measured(Number(frames), 'frames', 'lost-frames', thresholds, {
    code: 'frames_lost',
    level: heavy ? 'warning' : 'note',
    values: { frames },
    effects: heavy ? ['withholds_lone_silence'] : [],
  });
}

export function unseen(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  if (facts.unseenFlows === 0 || keptOf(facts) !== 'all') return null;
  const { unseenFlows, wholeFlows } = facts;
  const value = share(unseenFlows, wholeFlows);
  const heavy = value >= thresholds['unseen-share'];
  return measured(value, 'share', 'unseen-share', thresholds, {
    code: 'acked_unseen_segments',
    level: heavy ? 'warning' : 'note',
    values: { flows: unseenFlows, of: wholeFlows },
    effects: heavy ? ['withholds_lone_silence'] : [],
  });
}

export function unreadLinks({ frames: of, unreadLinkTypes }: QualityFacts): QualityFinding | null {
  if (unreadLinkTypes.length === 0) return null;
  const frames = unreadLinkTypes.reduce((sum, one) => sum + one.frames, 0);
  return counted(frames, 'frames', {
    code: 'link_type_not_read',
    level: frames > of / 2 ? 'serious' : 'warning',
    values: { frames, of, linkTypes: unreadLinkTypes },
    effects: ['misses_flows', 'hides_attempts'],
  });
}

export function firewallLog({ frames, firewallLogs }: QualityFacts): QualityFinding | null {
  if (firewallLogs.length === 0) return null;
  return counted(frames, 'frames', {
    code: 'firewall_log',
    level: 'warning',
    values: { linkTypes: firewallLogs },
    effects: ['hides_attempts'],
  });
}

export function evicted({ evictedFlows: flows }: QualityFacts): QualityFinding | null {
  if (flows === 0) return null;
  return counted(flows, 'flows', {
    code: 'flows_evicted',
    level: 'serious',
    values: { flows },
    effects: ['misses_flows'],
  });
}
