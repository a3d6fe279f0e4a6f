/** The whole result in one sentence, what to do first, and the exit code that says the same. */
import type { HostKey } from '../../verdict/server.js';
import type { RuleVerdict } from '../../verdict/tally.js';
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
  readonly unexpectedFlows: number;
  /** Observations in the payload that are to be acted on. */
  readonly warnings: number;
  /** Monitored computers without verdicts, and flows that were forgotten, because of a limit. */
  readonly computersOmitted: number;
  readonly flowsEvicted: number;
  readonly frames: number;
  /** Short titles by rule id. */
  readonly labelOf: (rule: string) => string;
}

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
      exitCode: unexpected === '' ? 0 : 1,
    };
  }
  return {
    status: unexpected === '' ? 'inconclusive' : 'findings',
    sentence: `No required port is seen to fail, but ${open.length} of ${required.length} required answers are not proven by this capture.${unexpected}`,
    action: `Not proven: ${named(facts, open)}. Capture 15 minutes or longer and press "retry" in the product.`,
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
    action: step === null ? '' : `${step.who} ${step.confirm}`.trim(),
    exitCode: 1,
  };
}

function nothingSeen(facts: SummaryFacts): Summary {
  const why = !facts.serverKnown
    ? 'it is not known which host is this server'
    : 'no flow between this server and a monitored computer was seen';
  return {
    status: facts.unexpectedFlows > 0 && facts.serverKnown ? 'findings' : 'inconclusive',
    sentence:
      facts.frames === 0
        ? 'The capture is empty: nothing can be said about any port.'
        : `Nothing can be said about the required ports: ${why}.`,
    action: !facts.serverKnown
      ? 'Give the address of the Auditor Server with --server, or capture on its own network card.'
      : 'Capture on the Auditor Server for 15 minutes while the product retries.',
    exitCode: facts.unexpectedFlows > 0 && facts.serverKnown ? 1 : 3,
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
