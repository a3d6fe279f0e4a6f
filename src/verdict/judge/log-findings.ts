/** What firewall logs themselves are worth: findings beside those of the capture. They change no verdict. */
import type { JoinedLog, JoinedLogs } from '../firewall/join-logs.js';
import { counted, said } from '../quality/finding.js';
import type { QualityFinding } from '../quality/quality.js';

const QUARTER_MINUTES = 15;

export function logFindings(joined: JoinedLogs | null): QualityFinding[] {
  return (joined?.logs ?? []).flatMap((one) => [...findingsOf(one)]);
}

function* findingsOf({ log: { path }, clock, use }: JoinedLog): Generator<QualityFinding> {
  const { met, quarters } = clock;
  const minutes = quarters * QUARTER_MINUTES;
  if (clock.timeBy === 'moved') {
    yield counted(met, '', { code: 'log_times_wrong', level: 'warning', values: { path, minutes, met } });
  }
  if (clock.source === 'packets') {
    const values = { path, minutes: minutes === 0 ? 0 : -minutes, met };
    yield counted(met, '', { code: 'log_zone_inferred', level: 'note', values });
  }
  if (use.noTime > 0) {
    yield said({ code: 'log_zone_unknown', level: 'warning', values: { path, entries: use.noTime } });
  }
  if (use.otherTime > 0 && use.flows + use.before === 0) {
    const values = { path, entries: use.otherTime, from: use.otherFrom, to: use.otherTo };
    yield said({ code: 'log_of_other_time', level: 'warning', values });
  }
}
