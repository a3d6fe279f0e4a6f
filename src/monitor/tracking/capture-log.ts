/**
 * What happened to the capture itself: incidents of the source, silence, evicted flows. Told as events when they
 * happen, and as findings of the quality gate in every report.
 */
import type { LiveIncident } from '../../capture/source/feed/source.js';
import { count, duration } from '../../report/text/quantities.js';
import { said } from '../../verdict/quality/finding.js';
import type { QualityFinding } from '../../verdict/quality/quality.js';
import type { CaptureEvent } from '../words/model.js';

/** Nothing has arrived for so long: even an idle network has broadcasts. Seconds. */
export const SILENCE_SECONDS = 60;
/** Evictions that go on are told again after so long, seconds. */
const EVICTION_NEWS_SECONDS = 3600;
/**
 * Incidents that a snapshot carries, the latest ones.
 * @reached the oldest is forgotten
 */
export const MAX_INCIDENTS = 100;

/** An event without number and times. */
export interface CaptureNews {
  readonly type: CaptureEvent['type'];
  readonly code: string;
  readonly text: string;
}

export class CaptureLog {
  readonly incidents: LiveIncident[] = [];
  private gaps = 0;
  private gapSeconds = 0;
  private clockJumps = 0;
  private silences = 0;
  private silentSince = 0;
  private evictedTold = 0;
  private evictedAt = -Infinity;

  /** Takes an incident of the source in; `source` names it. */
  incident(incident: LiveIncident): CaptureNews {
    this.incidents.push(incident);
    if (this.incidents.length > MAX_INCIDENTS) this.incidents.shift();
    if (incident.gap !== null) {
      this.gaps++;
      this.gapSeconds += incident.gap;
    }
    if (incident.code === 'clock_jump') this.clockJumps++;
    return { type: 'capture', code: incident.code, text: incident.text };
  }

  /** @param lastFrame @param now milliseconds of a clock that is never set */
  silence(lastFrame: number, now: number): CaptureNews | null {
    const quiet = (now - lastFrame) / 1000;
    if (this.silentSince === 0) {
      if (quiet < SILENCE_SECONDS) return null;
      this.silentSince = lastFrame;
      this.silences++;
      const text = `no frame has arrived for ${duration(quiet)}; is this the right interface, and is it up?`;
      return { type: 'silence', code: 'silence_began', text };
    }
    if (quiet >= SILENCE_SECONDS) return null;
    const lasted = (lastFrame - this.silentSince) / 1000;
    this.silentSince = 0;
    return { type: 'silence', code: 'silence_ended', text: `frames arrive again after ${duration(lasted)}` };
  }

  /** @param now milliseconds of a clock that is never set */
  evictions(evicted: number, maxFlows: number, now: number): CaptureNews | null {
    const more = evicted - this.evictedTold;
    if (more === 0 || now - this.evictedAt < EVICTION_NEWS_SECONDS * 1000) return null;
    this.evictedTold = evicted;
    this.evictedAt = now;
    const text = `${count(more)} flows gave way to others because ${count(maxFlows)} are kept at the most; their outcomes are missing`;
    return { type: 'limit', code: 'flows_evicted', text };
  }

  /** For the report. */
  findings(troubles: readonly string[]): QualityFinding[] {
    const found: QualityFinding[] = [];
    const level = 'warning';
    if (this.gaps > 0) {
      const values = { times: this.gaps, seconds: this.gapSeconds };
      found.push(said({ code: 'capture_gaps', level, values }));
    }
    if (this.clockJumps > 0)
      found.push(said({ code: 'clock_jumps', level, values: { times: this.clockJumps } }));
    if (this.silences > 0) {
      const values = { times: this.silences, seconds: SILENCE_SECONDS, still: this.silentSince > 0 };
      found.push(said({ code: 'capture_silent', level, values }));
    }
    for (const trouble of troubles) found.push(said({ code: 'output_trouble', level, values: { trouble } }));
    return found;
  }
}
