/** Unexpected flows, counted together where reason, ends, port and service agree. */
import { Flow } from '../../../flow/flow.js';
import type { Facts } from '../../../recognise/facts/facts.js';
import type { Judgement } from '../../../verdict/judge/judge.js';
import type { UnexpectedModel } from '../../model/model.js';
import { evidenceOf } from './evidence.js';
import type { FlowKinds } from './flow-kinds.js';
import type { UnexpectedGroup } from '../input/counts.js';
import type { ReportInput } from '../input/input.js';
import { sourceName } from '../input/names.js';
import type { HostNames } from '../input/names.js';
import { classReasonText, outcomeReasonText } from '../words/phrases.js';

/**
 * Groups of unexpected traffic in a report.
 * @reached further ones are counted
 */
export const MAX_SHOWN_GROUPS = 200;
/**
 * Groups of unexpected traffic that are told apart.
 * @reached further flows are counted
 */
const MAX_GROUPS = 20_000;

export function unexpectedGroups(
  input: ReportInput,
  names: HostNames,
  kinds: FlowKinds,
): { shown: UnexpectedModel[]; omitted: number; flows: number } {
  const flow = new Flow(input.meter.flows);
  const groups = new Map<string, UnexpectedGroup>();
  for (const [key, group] of input.monitor?.leftUnexpected ?? []) groups.set(key, { ...group });
  let omitted = input.monitor?.leftUngrouped ?? 0;
  let flows = omitted;
  for (const group of groups.values()) flows += group.flows;
  for (let id = 0; id < input.meter.flows.count; id++) {
    if (kinds.of(id)?.class !== 'unexpected') continue;
    flows++;
    flow.move(id);
    const key = unexpectedKey(input.judgement, input.facts, flow);
    const group = groups.get(key);
    const bytes = flow.bytes(0) + flow.bytes(1);
    if (group !== undefined) {
      group.flows++;
      group.bytes += bytes;
    } else if (groups.size < MAX_GROUPS) {
      groups.set(key, { firstFlow: id, flows: 1, bytes });
    } else {
      omitted++;
    }
  }
  const sorted = [...groups.values()].sort((a, b) => rank(input, a) - rank(input, b) || b.flows - a.flows);
  return {
    shown: sorted.slice(0, MAX_SHOWN_GROUPS).map((group) => model(input, names, flow, group)),
    omitted: omitted + Math.max(0, sorted.length - MAX_SHOWN_GROUPS),
    flows,
  };
}

/** What speaks of this server and of the product's ports comes before the rest. */
function rank(input: ReportInput, group: UnexpectedGroup): number {
  const reason = input.judgement.classReason(group.firstFlow);
  if (reason === 'wrong_direction' || reason === 'source_port') return 0;
  return reason === 'other_hosts' ? 2 : 1;
}

/** What flows of one group have in common. */
export function unexpectedKey(judgement: Judgement, facts: Facts, flow: Flow): string {
  const service = facts.serviceOf(flow.id);
  return [
    judgement.classReason(flow.id),
    flow.transport,
    flow.addressText(0),
    flow.addressText(1),
    flow.port(1),
    judgement.outcome(flow.id),
    service === undefined ? '' : `${service.name} ${service.certainty}`,
  ].join('|');
}

function model(input: ReportInput, names: HostNames, flow: Flow, group: UnexpectedGroup): UnexpectedModel {
  const { judgement } = input;
  const id = group.firstFlow;
  flow.move(id);
  const service = input.facts.serviceOf(id);
  const paths = input.files.map((file) => sourceName(file.path));
  return {
    reason: classReasonText(judgement.classReason(id), judgement.rule(id)),
    proto: flow.transport,
    orig: names.label(flow.addressText(0)),
    resp: names.label(flow.addressText(1)),
    respPort: flow.port(1),
    service: service?.name ?? '',
    serviceCertainty: service?.certainty ?? '',
    outcome: judgement.outcome(id),
    flows: group.flows,
    bytes: group.bytes,
    evidence: evidenceOf(flow, paths, outcomeReasonText(judgement.outcomeReason(id)))[0]!,
  };
}
