/** Checks of single frames: cut, copied, joined by the adapter, malformed, or marked as dropped. */
import { counted, measured, share } from './finding.js';
import type { QualityFacts } from './quality-facts.js';
import type { QualityFinding } from './quality.js';
import type { Thresholds } from './thresholds.js';

export function snapped(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const { snappedFrames, frames, snapLength, lengthLostFrames } = facts;
  const value = share(snappedFrames, frames);
  if (snappedFrames === 0 || value < thresholds['snapped-share']) return null;
  return measured(value, 'share', 'snapped-share', thresholds, {
    code: 'snapped_frames',
    level: 'note',
    values: { frames: snappedFrames, of: frames, snapLength, lengthLost: lengthLostFrames > 0 },
  });
}

export function duplicates(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const { copies, copiesById: byId, copiesApart: apart, copiesApartSeconds: seconds } = facts;
  const of = facts.packets + copies;
  const value = share(copies, of);
  if (copies === 0 || value < thresholds['duplicate-share']) return null;
  return measured(value, 'share', 'duplicate-share', thresholds, {
    code: 'duplicate_packets',
    level: 'note',
    values: { copies, of, byId, apart, seconds },
  });
}

export function offloaded({ offloadedFrames: frames }: QualityFacts): QualityFinding | null {
  if (frames === 0) return null;
  return counted(frames, 'frames', { code: 'segmentation_offload', level: 'note', values: { frames } });
}

export function oversize(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const { oversizeFrames: segments, longestPacket: bytes } = facts;
  if (segments === 0) return null;
  return measured(bytes, 'bytes', 'oversize-bytes', thresholds, {
    code: 'oversize_segments',
    level: 'note',
    values: { segments, bytes },
  });
}

export function malformed(facts: QualityFacts, thresholds: Thresholds): QualityFinding | null {
  const { malformedFrames, frames } = facts;
  const value = share(malformedFrames, frames);
  if (malformedFrames === 0 || value <= thresholds['malformed-share']) return null;
  return measured(value, 'share', 'malformed-share', thresholds, {
    code: 'malformed_frames',
    level: 'note',
    values: { frames: malformedFrames, of: frames },
  });
}

export function dropMarks({ droppedMarks, frames }: QualityFacts): QualityFinding | null {
  if (droppedMarks === 0) return null;
  if (droppedMarks === frames) {
    return counted(droppedMarks, 'frames', {
      code: 'only_dropped_frames',
      level: 'warning',
      values: {},
      effects: ['misses_flows'],
    });
  }
  return counted(droppedMarks, 'frames', {
    code: 'drop_verdicts',
    level: 'note',
    values: { frames: droppedMarks },
  });
}
