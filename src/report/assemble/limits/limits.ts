/** Limits that were reached: what each is, how far it goes, and what its being reached means. */
import { MAX_NOTES, MAX_NOTES_PER_FLOW } from '../../../flow/tcp/attempts.js';
import { MAX_CONVERSATIONS } from '../../../recognise/driver/conversation-store.js';
import { MAX_FACTS, MAX_FACTS_PER_FLOW } from '../../../recognise/facts/facts.js';
import type { Facts } from '../../../recognise/facts/facts.js';
import { MAX_NAMED } from '../../../recognise/names/host-names.js';
import { MAX_PAIRS } from '../../../verdict/flows/mapper-exchanges.js';
import { MAX_COMPUTERS } from '../../../verdict/hosts/hosts.js';
import { MAX_IDENTIFIED } from '../../../verdict/hosts/identities.js';
import type { LimitModel } from '../../model/model.js';
import { decodeLimits } from './decode-limits.js';
import type { ReportInput } from '../input/input.js';
import type { HostNames } from '../input/names.js';
import { readLimits } from './read-limits.js';
import { MAX_REMEDIES } from '../remedies/remedies.js';

/** A limit in words. See `LimitModel`. */
interface LimitWords {
  readonly name: string;
  readonly limit: number;
  readonly means: string;
}

/** Lists of what the payload showed. */
function payloadLists(
  facts: Facts,
): readonly (readonly [string, { dropped: number; droppedOfFlows: number }])[] {
  return [
    ['rpc_binds', facts.binds],
    ['rpc_calls', facts.calls],
    ['port_mappings', facts.mappings],
    ['smb_connections', facts.smb],
    ['smb_trees', facts.trees],
    ['smb_opens', facts.opens],
    ['ntlm', facts.ntlm],
    ['tls', facts.tls],
    ['service_details', facts.details],
    ['names', facts.names],
    ['failed_lookups', facts.failedLookups],
    ['refused_rights', facts.denied],
    ['weirds', facts.weirdsSeen],
  ];
}

type Reached = readonly [number, LimitWords];

function of(count: number, name: string, limit: number, means: string): Reached {
  return [count, { name, limit, means }];
}

/** Limits of what is remembered of flows, with how often each was reached. */
function flowLimits({ meter, monitor }: ReportInput): readonly Reached[] {
  const { flows } = meter;
  return [
    of(
      flows.evicted,
      'flows',
      flows.maxFlows,
      'Flows gave way to others, unanswered ones and those idle for longest first; their outcomes and payload are missing.',
    ),
    of(
      monitor?.leftFlows ?? 0,
      'flows_left',
      0,
      'They were judged, are counted, and are not listed one by one.',
    ),
    of(
      flows.notes.dropped,
      'notes',
      MAX_NOTES,
      'Further repeats, resets or ICMP errors are counted but not listed.',
    ),
    of(
      flows.notes.droppedOfFlows,
      'notes_per_flow',
      MAX_NOTES_PER_FLOW,
      'Further repeats, resets or ICMP errors of the same flow are counted but not listed.',
    ),
  ];
}

/** Limits of what is remembered of hosts, with how often each was reached. */
function hostLimits(
  { judgement, facts, meter }: ReportInput,
  names: HostNames,
  remediesOmitted: number,
): readonly Reached[] {
  const { neighbors } = meter;
  return [
    of(judgement.computersOmitted, 'computers', MAX_COMPUTERS, 'More hosts than this have no verdicts.'),
    of(
      neighbors.dropped,
      'neighbors',
      neighbors.limit,
      'Of further pairs no ARP or neighbor questions are kept: a host that is down may not be told from one that is silent.',
    ),
    of(
      judgement.mapperDropped,
      'mapper_exchanges',
      MAX_PAIRS,
      'Further pairs that speak on port 135 are not remembered: their dynamic ports may seem unexpected.',
    ),
    of(
      remediesOmitted,
      'remedies',
      MAX_REMEDIES,
      'Further kinds of faults have no change that would mend them.',
    ),
    of(
      facts.conversationsDropped,
      'conversations',
      MAX_CONVERSATIONS,
      'More at once are not read: services and facts of the connections that gave way may be missing.',
    ),
    of(
      judgement.identities?.dropped ?? 0,
      'identities',
      MAX_IDENTIFIED,
      'What tells which addresses are one computer was not kept of more addresses: each stands for itself.',
    ),
    of(names.dropped, 'host_names', MAX_NAMED, 'Addresses after these have no names.'),
    of(
      names.conflicts,
      'name_conflicts',
      0,
      'Addresses with names of different hosts: each is called by the best source.',
    ),
  ];
}

/** @param remediesOmitted kinds of faults without remedies because of their limit */
export function limitsOf(input: ReportInput, names: HostNames, remediesOmitted: number): LimitModel[] {
  const limits: LimitModel[] = [];
  const add = (code: string, count: number, { name, limit, means }: LimitWords): void => {
    if (count > 0) limits.push({ code, name, limit, count, means });
  };
  const remembered = [...flowLimits(input), ...hostLimits(input, names, remediesOmitted)];
  for (const [count, words] of remembered) add(words.name, count, words);
  for (const [list, { dropped, droppedOfFlows }] of payloadLists(input.facts)) {
    const name = `payload_${list}`;
    const means = 'What the payload showed beyond it is not listed.';
    add(name, dropped - droppedOfFlows, { name, limit: MAX_FACTS, means });
    const ofFlow = `${name}_per_flow`;
    const more = 'What the payload of the same flow showed beyond it is not listed.';
    add(ofFlow, droppedOfFlows, { name: ofFlow, limit: MAX_FACTS_PER_FLOW, means: more });
  }
  const read = input.files.flatMap((file) => readLimits(file));
  return [...limits, ...decodeLimits(input.meter.decoder), ...read];
}
