/** The whole result in one sentence, what to do first, and the exit code that says the same. */
import type { HostKey } from '../../verdict/words/host-key.js';
import type { RuleVerdict } from '../../verdict/words/rule-verdict.js';
import type { ReportModel, VerdictModel } from '../model.js';
import { isRequired } from './verdicts.js';

type Summary = ReportModel['summary'];

/** Failures named in the sentence; the rest is counted. */
const MAX_NAMED = 3;

export interface SummaryFacts {
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
  /** Observations in the payload that are to be acted on. */
  readonly warnings: number;
  /** Monitored computers without verdicts, and flows that were forgotten, because of a limit. */
  readonly computersOmitted: number;
  readonly flowsEvicted: number;
  readonly frames: number;
  /** Computers of the user's list of which no packet was seen. */
  readonly listedNotSeen: number;
  /** Short titles by rule id. */
  readonly labelOf: (rule: string) => string;
}

const NO_COMMAND = { confirmWhere: '', confirm: '' } as const;

export function summarise(facts: SummaryFacts): Summary {
  const bad = facts.verdicts.filter((v) => v.verdict === 'blocked' || v.verdict === 'degraded');
  if (bad.length > 0) return failing(facts, bad);
  const required = facts.verdicts.filter((v) => isRequired(v.rule));
  const open = required.filter((v) => v.verdict !== 'working');
  if (!facts.serverKnown || facts.computers === 0) return nothingSeen(facts);
  const unexpected = besidesOf(facts);
  const hosts = facts.computers === 1 ? 'the one computer' : `all ${facts.computers} computers`;
  const gap = gapOf(facts);
  if (open.length === 0 && gap !== '') {
    return {
      status: unexpected === '' ? 'inconclusive' : 'findings',
      sentence: `Every required port works for ${hosts} that were judged, but ${gap}.${unexpected}`,
      action: 'Split the capture, or raise --max-flows.',
      ...NO_COMMAND,
      exitCode: unexpected === '' ? 3 : 1,
    };
  }
  if (open.length === 0) {
    return {
      status: unexpected === '' ? 'working' : 'findings',
      sentence: `Every required port works for ${hosts}.${unexpected}`,
      action:
        unexpected === ''
          ? 'Nothing to do.'
          : 'Look at what was seen in the payload and at the unexpected traffic.',
      ...NO_COMMAND,
      exitCode: unexpected === '' ? 0 : 1,
    };
  }
  return {
    status: unexpected === '' ? 'inconclusive' : 'findings',
    sentence: `No required port is seen to fail, but ${open.length} of ${answersText(facts, required.length)} ${open.length === 1 ? 'is' : 'are'} not proven by this capture${absentText(facts)}.${unexpected}`,
    action: `Capture for 15 minutes or longer and press "retry" in the product. Not proven yet: ${named(facts, open)}.`,
    ...NO_COMMAND,
    exitCode: unexpected === '' ? 3 : 1,
  };
}

/** What is to be looked at although no required port fails, '' when nothing. */
function besidesOf(facts: SummaryFacts): string {
  const parts: string[] = [];
  if (facts.unexpectedFlows > 0) {
    parts.push(
      ` ${facts.unexpectedFlows} ${facts.unexpectedFlows === 1 ? 'flow is' : 'flows are'} unexpected.`,
    );
  }
  if (facts.warnings > 0) {
    const things = facts.warnings === 1 ? 'One thing' : `${facts.warnings} things`;
    parts.push(` ${things} seen in the payload should be looked at.`);
  }
  return parts.join('');
}

/** Why so much is open, where a list says who should have appeared. */
function absentText({ listedNotSeen: n }: SummaryFacts): string {
  if (n === 0) return '';
  return n === 1
    ? '; one listed computer was not seen at all'
    : `; ${n} listed computers were not seen at all`;
}

/** '6 required rules' for one computer, '12 required answers (6 rules × 2 computers)' for several. */
function answersText({ requiredRules, computers }: SummaryFacts, answers: number): string {
  if (computers === 1) return answers === 1 ? 'the one required rule' : `${answers} required rules`;
  return `${answers} required answers (${requiredRules} ${requiredRules === 1 ? 'rule' : 'rules'} × ${computers} computers)`;
}

/** What a limit kept from being judged, '' when nothing. */
function gapOf(facts: SummaryFacts): string {
  if (facts.computersOmitted > 0) return `${facts.computersOmitted} more computers could not be judged`;
  return facts.flowsEvicted > 0 ? `${facts.flowsEvicted} flows were dropped from memory before that` : '';
}

function failing(facts: SummaryFacts, bad: readonly RuleVerdict[]): Summary {
  const hosts = new Set(bad.map((v) => v.host)).size;
  const computers = facts.computers === 1 ? 'the one computer' : `${hosts} of ${facts.computers} computers`;
  const first = bad.find((v) => v.verdict === 'blocked') ?? bad[0];
  const step = first === undefined ? null : facts.nextStepOf(facts.verdicts.indexOf(first));
  return {
    status: 'findings',
    sentence: `Required ports do not work for ${computers}: ${named(facts, bad)}.`,
    action: step === null ? '' : `Ask ${step.who.charAt(0).toLowerCase()}${step.who.slice(1)}`,
    confirmWhere: step?.confirmWhere ?? '',
    confirm: step?.confirm ?? '',
    exitCode: 1,
  };
}

function nothingSeen(facts: SummaryFacts): Summary {
  const unexpected = facts.unexpectedFlows > 0 && facts.serverKnown;
  return {
    status: unexpected ? 'findings' : 'inconclusive',
    ...whyNothing(facts),
    ...NO_COMMAND,
    exitCode: unexpected ? 1 : 3,
  };
}

function whyNothing({
  frames,
  serverMissing,
  serverKnown,
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
    action: 'Capture on the Auditor Server for 15 minutes while the product retries.',
  };
}

function named(facts: SummaryFacts, verdicts: readonly RuleVerdict[]): string {
  const parts = verdicts
    .slice(0, MAX_NAMED)
    .map((v) => `${facts.labelOf(v.rule.id)} ${words(v)} (${facts.nameOf(v.host)})`);
  const rest = verdicts.length - parts.length;
  return parts.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

function words(v: RuleVerdict): string {
  if (v.reason.startsWith('syn_silent') || v.reason === 'request_silent') return 'no answer';
  if (v.reason === 'rst_answers_syn') return 'refused';
  if (v.reason.startsWith('icmp_')) return 'rejected by ICMP';
  return v.verdict.replaceAll('_', ' ');
}
