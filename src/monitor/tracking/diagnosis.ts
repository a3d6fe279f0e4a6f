/**
 * The causes of what fails at the moment, and the word for each failing cell with the device that it names. Asked for
 * when verdicts have changed, since it looks at all that fail.
 */
import { causeModels } from '../../report/assemble/verdicts/causes.js';
import type { ReportInput } from '../../report/assemble/input/input.js';
import { HostNames } from '../../report/assemble/input/names.js';
import { Verdicts } from '../../report/assemble/verdicts/verdicts.js';
import type { CauseModel } from '../../report/model/cause-model.js';
import { notRequired } from '../../report/text/cause-ticket.js';
import { FACT_WORDING } from '../../report/text/fact-wording.js';
import type { RuleVerdict } from '../../verdict/words/rule-verdict.js';
import type { LiveCause } from '../words/model.js';
import { MAX_LIVE_CAUSES } from '../words/model.js';
import type { TrackedVerdict } from './verdict-tracker.js';

export class Diagnosis {
  /** The most serious first. */
  causes: readonly LiveCause[] = [];
  /** Causes beyond those. */
  omitted = 0;
  private readonly seen = new Map<TrackedVerdict, { readonly of: string; readonly text: string }>();

  /** @param standings in the order of the judgement's verdicts */
  update(input: ReportInput, standings: readonly TrackedVerdict[]): void {
    const names = new HostNames(
      input.files,
      input.facts,
      input.inventory ?? null,
      input.judgement.identities,
    );
    const grounds = {
      serverInferred: input.judgement.server.source === 'inferred',
      framesLost: input.gate.losesPackets,
    };
    const verdicts = new Verdicts(input, names, grounds, input.gate.place);
    const labels = new Map(input.matcher.requiredRules.map(({ id, label }) => [id, label]));
    const found = causeModels(input, names, verdicts, (id) => labels.get(id) ?? id);
    this.causes = found.slice(0, MAX_LIVE_CAUSES).map(liveCause);
    this.omitted = found.length - this.causes.length;
    this.seen.clear();
    for (const [i, standing] of standings.entries()) {
      const { verdict } = standing;
      if (verdict.verdict !== 'blocked' && verdict.verdict !== 'degraded') continue;
      const model = verdicts.at(i);
      if (model !== undefined) this.seen.set(standing, { of: failureOf(verdict), text: model.seen });
    }
  }

  /** 'Rejected by 10.20.0.1'; '' = not asked for since it became so. */
  seenOf(standing: TrackedVerdict): string {
    const known = this.seen.get(standing);
    return known !== undefined && known.of === failureOf(standing.verdict) ? known.text : '';
  }
}

/** What the word depends on. */
function failureOf({ verdict, reason, detail, health }: RuleVerdict): string {
  return `${verdict} ${reason} ${detail} ${health?.degradation ?? ''}`;
}

function liveCause(cause: CauseModel): LiveCause {
  const { kind, reach, rules, hosts, title, who, action, computers, onlyDegraded, firstTime } = cause;
  return {
    key: [kind, cause.fact, reach, rules.join(), hosts[0]?.address ?? ''].join(' '),
    seen: FACT_WORDING[cause.fact].label,
    title,
    who,
    action,
    computers,
    required: notRequired(cause) === '',
    onlyDegraded,
    since: firstTime === null ? 0 : Date.parse(firstTime.iso),
  };
}
