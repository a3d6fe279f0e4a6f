/**
 * The whole result in one sentence, what to do first, and the exit code. Required rules alone decide the status:
 * `findings` = one is blocked or degraded, else `inconclusive` = one is not proven, else `working`.
 */
import type { HostKey } from '../../../verdict/words/host-key.js';
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';
import type { CauseModel } from '../../model/cause-model.js';
import type { ObservationModel, ReportModel, VerdictModel } from '../../model/model.js';
import { count, counted } from '../../text/quantities.js';
import { VERDICT_WORDING } from '../../text/wording.js';
import { exitCodeOf } from './exit-code.js';
import type { FailOn } from './exit-code.js';
import { firstAction, withoutCommand } from './first-action.js';
import type { CaptureState, Sorted } from './first-action.js';
import { isRequired } from './verdicts.js';

type Summary = ReportModel['summary'];

/** Causes, and open answers, named in a sentence; the rest is counted. */
const MAX_NAMED = 3;

/** What the summary needs of a cause. */
type SummaryCause = Pick<
  CauseModel,
  'kind' | 'headline' | 'required' | 'onlyDegraded' | 'cells' | 'who' | 'action' | 'confirm' | 'confirmWhere'
>;

export interface SummaryFacts {
  /** Those that matter most first. */
  readonly causes: readonly SummaryCause[];
  readonly verdicts: readonly RuleVerdict[];
  readonly nextStepOf: (index: number) => VerdictModel['nextStep'] | null;
  readonly nameOf: (host: HostKey) => string;
  readonly computers: number;
  readonly serverKnown: boolean;
  /** Addresses given for this server, none of which occurs in the capture. */
  readonly serverMissing: readonly string[];
  /** Rules that must be proven for every computer. */
  readonly requiredRules: number;
  readonly unexpectedFlows: number;
  readonly observations: readonly ObservationModel[];
  readonly capture: CaptureState;
  /** What the exit code tells of. */
  readonly failOn: FailOn;
  /** Monitored computers without verdicts, and flows that were forgotten, because of a limit. */
  readonly computersOmitted: number;
  readonly flowsEvicted: number;
  readonly frames: number;
  /** Computers of the user's list of which no packet was seen. */
  readonly listedNotSeen: number;
  /** Short titles by rule id. */
  readonly labelOf: (rule: string) => string;
}

export function summarise(facts: SummaryFacts): Summary {
  const sorted = sortedOf(facts.verdicts);
  const { blocked, degraded, open, optional } = sorted;
  const gap = gapOf(facts);
  const nothing = !facts.serverKnown || facts.computers === 0;
  const fails = blocked.length + degraded.length > 0;
  const isUnproven = nothing || open.length > 0 || gap !== '';
  const exitCode = exitCodeOf(
    {
      blocked: blocked.length > 0,
      degraded: degraded.length > 0,
      optional: optional.length > 0,
      unexpected: facts.unexpectedFlows > 0,
      unproven: isUnproven,
    },
    facts.failOn,
  );
  const status = fails ? 'findings' : isUnproven ? 'inconclusive' : 'working';
  if (!fails && nothing) {
    const { sentence, action } = whyNothing(facts);
    return { status, sentence, ...withoutCommand(action), exitCode };
  }
  const sentence = `${mainSentence(facts, sorted, gap)}.${besidesOf(facts)}`;
  if (!fails && open.length === 0 && gap !== '') {
    return { status, sentence, ...withoutCommand('Split the capture, or raise --max-flows.'), exitCode };
  }
  const action = firstAction({
    ...sorted,
    causes: facts.causes,
    capture: facts.capture,
    stepOf: (v) => facts.nextStepOf(facts.verdicts.indexOf(v)),
    observations: facts.observations,
    unexpectedFlows: facts.unexpectedFlows,
    named: (verdicts) => named(facts, verdicts),
  });
  return { status, sentence, ...action, exitCode };
}

function sortedOf(verdicts: readonly RuleVerdict[]): Sorted {
  const required = verdicts.filter((v) => isRequired(v.rule));
  const others = verdicts.filter((v) => !isRequired(v.rule));
  const only = (some: readonly RuleVerdict[], word: RuleVerdict['verdict']): RuleVerdict[] =>
    some.filter((v) => v.verdict === word);
  return {
    blocked: only(required, 'blocked'),
    degraded: only(required, 'degraded'),
    open: required.filter((v) => v.verdict === 'inconclusive' || v.verdict === 'not_observed'),
    optional: [...only(others, 'blocked'), ...only(others, 'degraded')],
  };
}

/** Without its full stop. */
function mainSentence(facts: SummaryFacts, { blocked, degraded, open }: Sorted, gap: string): string {
  const required = facts.causes.filter((cause) => cause.required);
  const badly = required.filter((cause) => cause.onlyDegraded);
  if (blocked.length > 0) {
    const failing = required.filter((cause) => !cause.onlyDegraded);
    const slow = badly.length === 0 ? '' : `. What works, but badly: ${told(badly)}`;
    return `${computersHave(facts, blocked)} a failing required port; ${causesText(failing)}${slow}`;
  }
  if (degraded.length > 0) {
    return `Required ports work, but only partly, slowly or by a detour, for ${forComputers(facts, degraded)}; ${causesText(badly)}`;
  }
  const hosts = facts.computers === 1 ? 'the one computer' : `all ${counted(facts.computers, 'computer')}`;
  if (open.length === 0) {
    const judged = gap === '' ? '' : ` that were judged, but ${gap}`;
    return `Every required port works for ${hosts}${judged}`;
  }
  const answers = facts.verdicts.filter((v) => isRequired(v.rule)).length;
  return `No required port is seen to fail, but ${count(open.length)} of ${answersText(facts, answers)} ${open.length === 1 ? 'is' : 'are'} not proven by this capture${absentText(facts)}`;
}

/** '4 causes: (1) 9003: no answer …; (2) … and 2 more'. */
function causesText(causes: readonly SummaryCause[]): string {
  return `${causes.length === 1 ? 'one cause' : `${causes.length} causes`}: ${told(causes)}`;
}

function told(causes: readonly SummaryCause[]): string {
  const named = causes.slice(0, MAX_NAMED);
  const more = causes.length - named.length;
  const texts = named.map(({ headline }, i) => (named.length === 1 ? headline : `(${i + 1}) ${headline}`));
  return texts.join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function forComputers(facts: SummaryFacts, bad: readonly RuleVerdict[]): string {
  const hosts = new Set(bad.map((v) => v.host)).size;
  return facts.computers === 1
    ? 'the one computer'
    : `${count(hosts)} of ${counted(facts.computers, 'computer')}`;
}

/** '6 of 7 computers have', to be followed by what. */
function computersHave(facts: SummaryFacts, bad: readonly RuleVerdict[]): string {
  const text = forComputers(facts, bad);
  const isOne = new Set(bad.map((v) => v.host)).size === 1;
  return `${text.charAt(0).toUpperCase()}${text.slice(1)} ${isOne ? 'has' : 'have'}`;
}

/** What is told beside the required ports, and decides nothing by itself; '' when nothing. */
function besidesOf(facts: SummaryFacts): string {
  const optional = facts.causes.filter((one) => !one.required && one.cells.length > 0).length;
  const parts: string[] = [];
  if (optional > 0)
    parts.push(
      ` ${counted(optional, 'cause')} ${optional === 1 ? 'concerns' : 'concern'} only rules that are not required.`,
    );
  if (facts.unexpectedFlows > 0) {
    parts.push(
      ` ${counted(facts.unexpectedFlows, 'flow')} ${facts.unexpectedFlows === 1 ? 'is' : 'are'} unexpected.`,
    );
  }
  const warnings = facts.observations.filter(({ level }) => level === 'warning').length;
  if (warnings > 0) {
    const things = warnings === 1 ? 'One thing' : `${count(warnings)} things`;
    parts.push(` ${things} seen in the payload should be looked at.`);
  }
  return parts.join('');
}

/** Why so much is open, where a list says who should have appeared. */
function absentText({ listedNotSeen: n }: SummaryFacts): string {
  if (n === 0) return '';
  return n === 1
    ? '; one listed computer was not seen at all'
    : `; ${count(n)} listed computers were not seen at all`;
}

/** '6 required rules' for one computer, '12 required answers (6 rules × 2 computers)' for several. */
function answersText({ requiredRules, computers }: SummaryFacts, answers: number): string {
  if (computers === 1) return answers === 1 ? 'the one required rule' : `${answers} required rules`;
  return `${count(answers)} required answers (${counted(requiredRules, 'rule')} × ${counted(computers, 'computer')})`;
}

/** What a limit kept from being judged, '' when nothing. */
function gapOf(facts: SummaryFacts): string {
  if (facts.computersOmitted > 0)
    return `${count(facts.computersOmitted)} more computers could not be judged`;
  return facts.flowsEvicted > 0
    ? `${count(facts.flowsEvicted)} flows were dropped from memory before that`
    : '';
}

function whyNothing({
  frames,
  serverMissing,
  serverKnown,
  capture,
}: SummaryFacts): Pick<Summary, 'sentence' | 'action'> {
  const nothing = 'Nothing can be said about the required ports';
  if (frames === 0) {
    return {
      sentence: 'The capture is empty: nothing can be said about any port.',
      action:
        'Capture again on the Auditor Server, on the network card that leads to the computers, for 15 minutes while the product retries.',
    };
  }
  if (!serverKnown && serverMissing.length > 0) {
    const one = serverMissing.length === 1;
    return {
      sentence: `${nothing}: the ${one ? 'address' : 'addresses'} ${serverMissing.join(', ')} given with --server ${one ? 'does' : 'do'} not occur in this capture.`,
      action:
        'Give the address that this server has in the capture, or leave --server out to have it inferred.',
    };
  }
  if (!serverKnown) {
    return {
      sentence: `${nothing}: it is not known which host is this server.`,
      action: 'Give the address of the Auditor Server with --server, or capture on its own network card.',
    };
  }
  return {
    sentence: `${nothing}: no flow between this server and a monitored computer was seen.`,
    action: capture.short
      ? 'Capture on the Auditor Server for 15 minutes while the product retries.'
      : 'Press "retry" in the product while capturing on the Auditor Server, on the network card that leads to the computers.',
  };
}

function named(facts: SummaryFacts, verdicts: readonly RuleVerdict[]): string {
  const parts = verdicts
    .slice(0, MAX_NAMED)
    .map(
      (v) =>
        `${facts.labelOf(v.rule.id)} ${VERDICT_WORDING[v.verdict].label.toLowerCase()} (${facts.nameOf(v.host)})`,
    );
  const rest = verdicts.length - parts.length;
  return parts.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
