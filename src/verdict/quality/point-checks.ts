/** Checks of the capture point: which directions it sees, which connections began before it, and where it is. */
import { measured, said, share } from './finding.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityFinding } from './quality.js';
import type { Thresholds } from './thresholds.js';

export function oneSided(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const { oneSidedFlows: flows, tcpFlows: of } = facts;
  if (flows === 0) return null;
  const value = share(flows, of);
  const heavy = value >= thresholds['one-sided-share'];
  return measured(value, 'share', 'one-sided-share', thresholds, {
    code: 'one_direction_only',
    level: heavy ? 'serious' : 'note',
    values: { flows, of },
    effects: heavy ? ['lowers_silence'] : [],
  });
}

export function midstream(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const { midstreamFlows: flows, tcpFlows: of } = facts;
  if (flows === 0) return null;
  const value = share(flows, of);
  return measured(value, 'share', 'midstream-share', thresholds, {
    code: 'midstream_flows',
    level: value >= thresholds['midstream-share'] ? 'warning' : 'note',
    values: { flows, of },
  });
}

export function capturePlace(facts: QualityFacts): QualityFinding | null {
  const { point, shownBy } = facts.place;
  if (point === 'unknown' || facts.frames === 0) return null;
  const code = point === 'elsewhere' ? 'captured_elsewhere' : 'captured_at_server';
  return said({ code, level: 'note', values: { shownBy } });
}
