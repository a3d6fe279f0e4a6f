/**
 * What to do first: what fits the most serious thing that is known. A required port that fails goes before all; then
 * what keeps anything from being known (one direction only), a name that does not resolve, a refused right, and
 * only then what more packets would show. Nobody who captured long enough is told to capture for a quarter of an hour.
 */
import type { RuleVerdict } from '../../../verdict/words/rule-verdict.js';
import type { CauseModel } from '../../model/cause-model.js';
import type { NextStep, ObservationModel, ReportModel } from '../../model/model.js';
import { CAUSE_OF_OBSERVATION } from './observation-causes.js';

type FirstAction = Pick<ReportModel['summary'], 'action' | 'confirmWhere' | 'confirm'>;

/** What the capture itself is like. */
export interface CaptureState {
  /** It does not see both directions. */
  readonly oneDirection: boolean;
  /** It is shorter than the time between two attempts of the product. */
  readonly short: boolean;
}

/** The verdicts that something is to be done about, by kind. */
export interface Sorted {
  /** Required rules. */
  readonly blocked: readonly RuleVerdict[];
  readonly degraded: readonly RuleVerdict[];
  readonly open: readonly RuleVerdict[];
  /** Rules that are not required, blocked or degraded, the blocked ones first. */
  readonly optional: readonly RuleVerdict[];
}

export interface ActionFacts extends Sorted {
  /** Those that matter most first. */
  readonly causes: readonly Pick<
    CauseModel,
    'kind' | 'who' | 'action' | 'confirm' | 'confirmWhere' | 'required' | 'cells'
  >[];
  readonly capture: CaptureState;
  readonly stepOf: (v: RuleVerdict) => NextStep | null;
  /** Observations in the payload that are to be acted on. */
  readonly observations: readonly ObservationModel[];
  readonly unexpectedFlows: number;
  /** Some verdicts in words. */
  readonly named: (verdicts: readonly RuleVerdict[]) => string;
}

/** The most serious first. */
const OBSERVATION_ORDER: readonly string[] = ['lookup_failed', 'access_denied', 'clear_remoting'];

export function withoutCommand(action: string): FirstAction {
  return { action, confirmWhere: '', confirm: '' };
}

export function firstAction(facts: ActionFacts): FirstAction {
  const known = causeAction(facts, true);
  return known ?? (facts.open.length > 0 ? openAction(facts) : besideAction(facts));
}

/** Some required rule is not proven, and none fails. */
function openAction(facts: ActionFacts): FirstAction {
  const { open, capture } = facts;
  if (capture.oneDirection && open.some((v) => v.verdict === 'inconclusive')) {
    return withoutCommand(
      `Capture on this server's own network card: this capture does not see both directions. Not proven yet: ${facts.named(open)}.`,
    );
  }
  const unresolved = open.find((v) => v.reason === 'name_not_resolved');
  const known = (unresolved === undefined ? null : askAbout(facts, unresolved)) ?? observationAction(facts);
  if (known !== null) return known;
  const accepted = open.find(
    (v) => v.reason === 'unknown_request_not_answered' || v.reason === 'reset_while_idle',
  );
  const asked = accepted === undefined ? null : askAbout(facts, accepted);
  if (asked !== null) return asked;
  if (open.some((v) => v.reason === 'hidden_by_ipsec')) {
    return withoutCommand(
      `Test by hand at both ends what IPsec hides, or let it pass in clear while capturing: no longer capture shows it. Not proven yet: ${facts.named(open)}.`,
    );
  }
  if (capture.short) {
    return withoutCommand(
      `Capture for 15 minutes or longer and press "retry" in the product. Not proven yet: ${facts.named(open)}.`,
    );
  }
  const step = facts.stepOf(open[0]!);
  return {
    action: `Press "retry" in the product, or test by hand, while capturing on this server. Not proven yet: ${facts.named(open)}.`,
    confirmWhere: step?.confirmWhere ?? '',
    confirm: step?.confirm ?? '',
  };
}

/** Every required rule is proven. */
function besideAction(facts: ActionFacts): FirstAction {
  const known = observationAction(facts) ?? causeAction(facts, false);
  if (known !== null) return known;
  return withoutCommand(facts.unexpectedFlows > 0 ? 'Look at the unexpected traffic.' : 'Nothing to do.');
}

/** What mends the first cause that has failing cells. */
function causeAction({ causes }: ActionFacts, required: boolean): FirstAction | null {
  const cause = causes.find((one) => one.required === required && one.cells.length > 0);
  if (cause === undefined) return null;
  return {
    action: askTo(cause),
    confirmWhere: cause.confirmWhere,
    confirm: cause.confirm,
  };
}

function askAbout(facts: ActionFacts, v: RuleVerdict): FirstAction | null {
  const step = facts.stepOf(v);
  if (step === null || step.who === '') return null;
  return { action: ask(step.who), confirmWhere: step.confirmWhere, confirm: step.confirm };
}

function observationAction({ observations, causes }: ActionFacts): FirstAction | null {
  for (const code of OBSERVATION_ORDER) {
    const found = observations.find((one) => one.code === code && one.level === 'warning');
    if (found === undefined) continue;
    const cause = causes.find(({ kind }) => kind === CAUSE_OF_OBSERVATION[code]);
    return withoutCommand(`${cause === undefined ? ask(found.who) : askTo(cause)} ${found.text}`);
  }
  return null;
}

/** Actions begin with a verb. */
function askTo({ who, action }: Pick<CauseModel, 'who' | 'action'>): string {
  return `Ask ${who} to ${action.charAt(0).toLowerCase()}${action.slice(1)}`;
}

function ask(who: string): string {
  return `Ask ${who.charAt(0).toLowerCase()}${who.slice(1)}`;
}
