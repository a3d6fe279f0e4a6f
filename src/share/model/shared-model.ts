/** A report as it is shared: the same model with pseudonyms for names and addresses, made when it is asked for. */
import type { HostModel } from '../../report/model/host-model.js';
import type { ReportModel, SharedModel, VerdictList, VerdictModel } from '../../report/model/model.js';
import type { PayloadModel } from '../../report/model/payload-model.js';
import {
  HOST,
  NTLM,
  PORT_MAPPING,
  REPORT,
  RPC_CALL,
  SMB_FILE,
  SMB_MAPPING,
  VERDICT,
  WEIRD,
} from './model-shapes.js';
import type { Pseudonyms } from '../names/pseudonyms.js';
import type { Listed } from './model-shapes.js';
import { replaced, viewOf } from './shape.js';
import type { ReplaceText, RuleOf, TextRule } from './shape.js';
import { SharedFlows } from './shared-flows.js';

/** What the banner says; docs/share.md has the lists. */
const SHARED: SharedModel = {
  replaced:
    'Addresses, names of computers, domains, users, shares and files, comments, filters and the command line are pseudonyms; addresses keep their networks and classes.',
  kept: 'Verdicts, causes, counts, ports, times, error codes, rule texts and names that every network has are as they were. The list of originals stays with whoever made this report.',
};

/** Instead of the time zone: it tells where the machine stands. */
const NO_ZONE = 'not told';
/** Of what Windows says of its clock in a trace. */
const ZONE_SENTENCE = /, whose standard time is [^,]*\./;

export function sharedModel(model: ReportModel, pseudonyms: Pseudonyms): ReportModel {
  const by = replacer(pseudonyms);
  const { verdicts, flows, payload, ...rest } = model;
  const captures = rest.captures.map(({ trace, ...capture }) => ({
    ...capture,
    trace: trace === null ? null : { ...trace, ...noZone(trace) },
  }));
  return {
    ...replaced<Omit<ReportModel, Listed>>(REPORT, { ...rest, captures }, by),
    verdicts: new SharedVerdicts(verdicts, by),
    flows: new SharedFlows(flows, by),
    payload: sharedPayload(payload, by),
    shared: SHARED,
  };
}

/** Applies a rule to a text. */
export function replacer(p: Pseudonyms): ReplaceText {
  const rules: Readonly<Record<TextRule, (text: string) => string>> = {
    kept: (text) => text,
    prose: (text) => p.prose(text),
    address: (text) => p.address(text),
    network: (text) => p.network(text),
    host: (text) => p.host(text),
    domain: (text) => p.domain(text),
    user: (text) => p.user(text),
    path: (text) => p.path(text),
    file: (text) => p.file(text),
    interface: (text) => p.text(text, 'interface'),
    group: (text) => p.text(text, 'group'),
    text: (text) => p.text(text),
    reach: (text) => p.names.known(text) ?? p.network(text),
    command_line: (text) => p.commandLine(text),
    time_zone: () => NO_ZONE,
    left_out: () => '',
  };
  return (rule, text) => (text === '' ? '' : rules[rule](text));
}

function noZone({ notes }: { readonly notes: readonly string[] }): {
  utcOffsetMinutes: number;
  notes: string[];
} {
  return { utcOffsetMinutes: 0, notes: notes.map((note) => note.replace(ZONE_SENTENCE, '.')) };
}

const VerdictView = viewOf<VerdictModel>(VERDICT);

class SharedVerdicts implements VerdictList {
  readonly length: number;
  readonly #source: VerdictList;
  readonly #by: ReplaceText;
  readonly #hosts = new WeakMap<HostModel, HostModel>();

  constructor(source: VerdictList, by: ReplaceText) {
    this.#source = source;
    this.#by = by;
    this.length = source.length;
  }

  at(index: number): VerdictModel | undefined {
    const found = this.#source.at(index);
    return found === undefined ? undefined : this.#view(found);
  }

  *[Symbol.iterator](): Iterator<VerdictModel> {
    for (const one of this.#source) yield this.#view(one);
  }

  /** One computer's verdicts have one host, which formats remember. */
  #view(source: VerdictModel): VerdictModel {
    const { host: original } = source;
    let host = this.#hosts.get(original);
    if (host === undefined) this.#hosts.set(original, (host = replaced<HostModel>(HOST, original, this.#by)));
    return Object.defineProperty(new VerdictView(source, this.#by), 'host', {
      value: host,
      enumerable: true,
    });
  }
}

class Rows<T> implements Iterable<T> {
  readonly #source: Iterable<T>;
  readonly #rule: RuleOf<T>;
  readonly #by: ReplaceText;

  constructor(source: Iterable<T>, rule: RuleOf<T>, by: ReplaceText) {
    this.#source = source;
    this.#rule = rule;
    this.#by = by;
  }

  *[Symbol.iterator](): Iterator<T> {
    for (const one of this.#source) yield replaced<T>(this.#rule, one, this.#by);
  }
}

function sharedPayload(payload: PayloadModel, by: ReplaceText): PayloadModel {
  const { rpcCalls, smbMappings, smbFiles, ntlm, weirds, portMappings, portMappingsOmitted } = payload;
  return {
    rpcCalls: new Rows(rpcCalls, RPC_CALL, by),
    smbMappings: new Rows(smbMappings, SMB_MAPPING, by),
    smbFiles: new Rows(smbFiles, SMB_FILE, by),
    ntlm: new Rows(ntlm, NTLM, by),
    weirds: new Rows(weirds, WEIRD, by),
    portMappings: Object.assign(new Rows(portMappings, PORT_MAPPING, by), { length: portMappings.length }),
    portMappingsOmitted,
    servicesBeside: (flow) => payload.servicesBeside(flow),
  };
}
