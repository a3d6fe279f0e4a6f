/** The product's machine-readable words, said for people: a label and what it means. Used by every format. */
import type { Confidence, Location, Outcome, TrafficClass, Verdict } from '../../verdict/words/words.js';
import { decimal } from './quantities.js';
import type { FlowModel } from '../model/flow-model.js';
import type { HostModel } from '../model/host-model.js';
import type { QualityModel, QualityUnit, RuleModel, VerdictModel } from '../model/model.js';

interface Wording {
  readonly label: string;
  readonly means: string;
}

export const VERDICT_WORDING: Readonly<Record<Verdict, Wording>> = {
  blocked: { label: 'Failing', means: 'Attempts were seen and none of them got through.' },
  degraded: { label: 'Degraded', means: 'It works, but only partly, slowly or by a detour.' },
  inconclusive: { label: 'Inconclusive', means: 'The capture does not allow a safe answer.' },
  not_observed: { label: 'Not tried', means: 'No attempt was seen: neither proof nor failure.' },
  working: { label: 'Working', means: 'Packets in this capture prove that it works.' },
  unknown: { label: 'Unknown', means: 'No verdict was reached.' },
};

/** What stands in the matrix: a label, and the verdict whose icon and colour fit it. */
export interface CellWording {
  readonly label: string;
  readonly look: Verdict;
}

export const ONE_WAY_WORDING: Wording = {
  label: 'One way',
  means: 'It was sent, and nothing answers it by design: no question that is left open.',
};

/** The verdict whose icon and colour a cell has; what can never be answered must not look like an open question. */
export function cellLook(verdict: Verdict, rule: Pick<RuleModel, 'oneWay'> | undefined): Verdict {
  return verdict === 'inconclusive' && rule?.oneWay === true ? 'not_observed' : verdict;
}

/** A cell of the matrix. Raw: the label may hold an address of the capture. */
export function cellWording(
  { verdict, seen }: Pick<VerdictModel, 'verdict' | 'seen'>,
  rule: Pick<RuleModel, 'oneWay'> | undefined,
): CellWording {
  return { label: seen, look: cellLook(verdict, rule) };
}

export const OUTCOME_WORDING: Readonly<Record<Outcome, Wording>> = {
  unknown: { label: 'Unknown', means: 'not decided' },
  established: { label: 'Established', means: 'the handshake completed' },
  established_midstream: { label: 'Established (midstream)', means: 'it was already open at the start' },
  refused: { label: 'Refused', means: 'a reset answered the SYN' },
  rejected_icmp: { label: 'Rejected by ICMP', means: 'an ICMP error answered' },
  no_reply: { label: 'No answer', means: 'no SYN was answered' },
  half_open: { label: 'Half open', means: 'a SYN-ACK came, the handshake never completed' },
  reset_after_handshake: { label: 'Reset after handshake', means: 'reset although the handshake completed' },
  closed_immediately: { label: 'Closed immediately', means: 'closed without any data' },
  one_sided: { label: 'One-sided', means: 'the other direction was not captured' },
  undetermined: { label: 'Undetermined', means: 'the capture ends too soon to tell' },
  answered: { label: 'Answered', means: 'a packet came back' },
  unanswered: { label: 'Unanswered', means: 'no packet came back' },
  one_way_by_design: { label: 'One way by design', means: 'an answer is not to be expected' },
};

export const CLASS_WORDING: Readonly<Record<TrafficClass, Wording>> = {
  unknown: { label: 'Unknown', means: 'not classified' },
  expected: { label: 'Expected', means: 'a rule asks for it' },
  known: { label: 'Known', means: 'a pack explains it' },
  background: { label: 'Background', means: 'broadcast, multicast or discovery noise' },
  unexpected: { label: 'Unexpected', means: 'nothing explains it' },
};

export const LOCATION_WORDING: Readonly<Record<Location, string>> = {
  this_server: 'On this server',
  path: 'On the path between them',
  remote_host: 'On the remote computer',
  unknown: 'Cannot be told from this capture',
};

export const CONFIDENCE_WORDING: Readonly<Record<Confidence, Wording>> = {
  high: { label: 'High', means: 'the packets leave no other explanation' },
  medium: { label: 'Medium', means: 'this fits best; another explanation is possible' },
  low: { label: 'Low', means: 'a hint only; confirm it before you change anything' },
};

/** 'Measured 12 %, threshold one-sided-share 20 %', '' = there is no number. */
export function measureText({ measured, unit, threshold }: QualityModel): string {
  if (measured === null) return '';
  const limit = threshold === null ? '' : `, threshold ${threshold.name} ${inUnit(threshold.value, unit)}`;
  return `Measured ${inUnit(measured, unit)}${limit}`;
}

function inUnit(value: number, unit: QualityUnit): string {
  if (unit === 'share') return `${decimal(value * 100)} %`;
  if (unit === 'seconds') return `${decimal(value)} s`;
  return `${decimal(value)}${unit === '' ? '' : ` ${unit}`}`;
}

/** Texts one after the other, each ended as a sentence; empty ones are left out. */
export function sentences(...texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => (/[.!?…:]["')\]]?$/.test(text) ? text : `${text}.`))
    .join(' ');
}

/** 'FILE01 (10.0.0.21)' or the address alone. Raw: the format escapes it. */
export function hostLabel(host: Pick<HostModel, 'address' | 'name'>): string {
  if (host.address === '') return `${host.name} (no address known)`;
  return host.name === '' ? host.address : `${host.name} (${host.address})`;
}

/** 'rdp', 'rdp (suspected)', '' = not recognised. */
export function serviceLabel(of: Pick<FlowModel, 'service' | 'serviceCertainty'>): string {
  return of.serviceCertainty === 'suspected' ? `${of.service} (suspected)` : of.service;
}

/** '9004 in' for a rule id that the model lists, else the id itself. */
export function ruleLabels(rules: readonly RuleModel[]): (id: string) => string {
  const labels = new Map(rules.map((rule) => [rule.id, rule.label]));
  return (id) => labels.get(id) ?? id;
}

/** When a rule applies, for people. */
export const WHEN_WORDING: Readonly<Record<RuleModel['when'], string>> = {
  always: 'always',
  install: 'during installation',
  recording: 'while recording',
};
