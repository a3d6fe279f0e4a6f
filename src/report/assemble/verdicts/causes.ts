/** The causes of the report: found among the verdicts, put into words, with the times of the flows that show them. */
import { Flow } from '../../../flow/flow.js';
import type { Cause } from '../../../verdict/causes/cause.js';
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';
import { hostKeyText } from '../../../verdict/words/host-key.js';
import type { CauseModel } from '../../model/cause-model.js';
import type { TimeStamp } from '../../model/time-model.js';
import { causeAction, causeTitle, ownerText } from '../words/cause-text.js';
import type { CauseNames } from '../words/cause-text.js';
import type { ReportInput } from '../input/input.js';
import type { HostNames } from '../input/names.js';
import { icmpSender } from '../words/seen.js';
import { timeStamp } from '../input/time.js';
import { isRequired } from './verdicts.js';
import type { Verdicts } from './verdicts.js';

/**
 * Computers that a cause lists.
 * @reached further ones are counted
 */
export const MAX_CAUSE_HOSTS = 50;
/** Cells of a cause whose flows tell its first and last time. */
const MAX_TIMED_CELLS = 1000;

export function causeModels(
  input: ReportInput,
  names: HostNames,
  verdicts: Verdicts,
  labelOf: (rule: string) => string,
): CauseModel[] {
  return verdicts.causes.map((cause, i) =>
    causeModel(cause, `c${i + 1}`, { input, names, verdicts, labelOf }),
  );
}

interface Sources {
  readonly input: ReportInput;
  readonly names: HostNames;
  readonly verdicts: Verdicts;
  readonly labelOf: (rule: string) => string;
}

function causeModel(cause: Cause, id: string, { input, names, verdicts, labelOf }: Sources): CauseModel {
  const first = verdicts.at(cause.cells[0] ?? -1);
  const [firstHost] = cause.hosts;
  const words: CauseNames = {
    labelOf,
    firstHost: firstHost === undefined ? '' : names.label(hostKeyText(firstHost)),
    sender: senderOf(cause, input, verdicts),
    how: howOf(cause, input),
  };
  return {
    id,
    kind: cause.kind,
    fact: cause.fact,
    title: causeTitle(cause, words),
    headline: causeTitle({ ...cause, rules: cause.rules.filter(isRequired) }, words),
    rules: cause.rules.map((rule) => rule.id),
    computers: cause.hosts.length,
    hosts: cause.hosts.slice(0, MAX_CAUSE_HOSTS).map((key) => names.host(hostKeyText(key))),
    tried: cause.tried,
    worksFor: cause.worksFor,
    cells: cause.cells,
    reach: cause.reach,
    location: cause.location,
    locationReason: first?.locationReason ?? '',
    confidence: first?.confidence ?? 'low',
    assumptions: first?.assumptions ?? [],
    owner: cause.owner,
    who: ownerText(cause, words),
    action: causeAction(cause, words),
    confirmWhere: first?.nextStep.confirmWhere ?? '',
    confirm: first?.nextStep.confirm ?? '',
    remedy: first?.remedy ?? -1,
    ...timesOf(cause, input),
    required: cause.required,
    onlyDegraded: cause.onlyDegraded,
  };
}

/** Who rejects all of it; '' = nobody, or several. */
function senderOf({ cells, fact }: Cause, { judgement }: ReportInput, verdicts: Verdicts): string {
  if (fact !== 'rejected') return '';
  const senders = new Set<string>();
  for (const index of cells) {
    const v = judgement.verdicts[index];
    if (v !== undefined) senders.add(icmpSender(verdicts.located(v)));
    if (senders.size > 1) return '';
  }
  return [...senders][0] ?? '';
}

/** What is said of a failure that is not all there is. */
function howOf({ cells, onlyDegraded }: Cause, { judgement }: ReportInput): string {
  if (!onlyDegraded) return '';
  const found = cells.map((index) => judgement.verdicts[index]).filter((v) => v !== undefined);
  if (found.some(({ health }) => health !== undefined)) return '';
  if (found.every(({ reason }) => reason === 'scm_fallback')) return ', works only by a detour';
  return found.every(({ reason }) => reason === 'stopped_working')
    ? ' since it stopped working'
    : ' at times';
}

/** From the first to the last packet of the flows that the verdicts name. */
function timesOf(
  cause: Cause,
  input: ReportInput,
): { firstTime: TimeStamp | null; lastTime: TimeStamp | null } {
  const flow = new Flow(input.meter.flows);
  let [first, last] = [Infinity, -Infinity];
  let [firstTime, lastTime]: (TimeStamp | null)[] = [null, null];
  for (const index of cause.cells.slice(0, MAX_TIMED_CELLS)) {
    for (const id of flowsOf(input.judgement.verdicts[index])) {
      if (!flow.move(id).inUse) continue;
      const [begin, end] = [flow.firstSec + flow.firstNsec / 1e9, flow.lastSec + flow.lastNsec / 1e9];
      if (begin < first) [first, firstTime] = [begin, timeStamp(flow.firstSec, flow.firstNsec)];
      if (end > last) [last, lastTime] = [end, timeStamp(flow.lastSec, flow.lastNsec)];
    }
  }
  return { firstTime: firstTime ?? null, lastTime: lastTime ?? null };
}

function flowsOf(v: RuleVerdict | undefined): readonly number[] {
  return (v?.flows ?? []).filter((id) => id >= 0);
}
