/**
 * The report's model from an analysis: strings are born here. Everything countable is counted over all flows;
 * lists are bounded by named limits.
 */
import { platform } from '../../platform/platform.js';
import { linkTypeName } from '../../capture/frames/link-type.js';
import type { CaptureFile } from '../../capture/frames/frame.js';
import { weirdName } from '../../decode/packet/weird.js';
import type { TimeSpan } from '../../flow/record/time-span.js';
import type { Rule } from '../../rules/words/rule.js';
import { directionText, portsText } from '../../rules/words/rule-text.js';
import type { Grounds } from '../../verdict/judge/confidence.js';
import { hostKeyText } from '../../verdict/words/host-key.js';
import type { RuleVerdict } from '../../verdict/words/rule-verdict.js';
import type { Verdict } from '../../verdict/words/words.js';
import type { TimeStamp } from '../model/time-model.js';
import type { CaptureModel, InventoryModel, ReportModel, RuleModel } from '../model/model.js';
import { causeModels } from './verdicts/causes.js';
import { DEFAULT_FAIL_ON } from './verdicts/exit-code.js';
import type { FailOn } from './verdicts/exit-code.js';
import { firewallLogModels } from './firewall-logs.js';
import { Flows } from './flows/flows.js';
import type { ReportInput } from './input/input.js';
import { limitsOf } from './limits/limits.js';
import { observationCauses } from './verdicts/observation-causes.js';
import { observationsOf } from './verdicts/observations.js';
import { HostNames, sourceName } from './input/names.js';
import { Payload } from './payload.js';
import { qualityModel } from './words/quality-text.js';
import { serverText } from './words/server-text.js';
import { summarise } from './verdicts/summary.js';
import type { SummaryFacts } from './verdicts/summary.js';
import { traceNotes } from './words/trace-text.js';
import { timeStamp, timeStampOfDate } from './input/time.js';
import { notFoundSentences, countFlows, totalsModel } from './verdicts/totals.js';
import { unexpectedGroups } from './flows/unexpected.js';
import { isRequired, Verdicts } from './verdicts/verdicts.js';
import { caveatOf } from './verdicts/verdict-text.js';

/** What the caller adds to the analysis. */
export interface Provenance {
  readonly version: string;
  readonly commandLine: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What the exit code tells of; without it DEFAULT_FAIL_ON. */
  readonly failOn?: FailOn;
}

/**
 * Interfaces of a capture that a report lists.
 * @reached further ones are counted
 */
export const MAX_SHOWN_INTERFACES = 100;

/** Without this server no flow can be held against a direction, so none is called unexpected one by one. */
const NOTHING_UNEXPECTED = { shown: [], omitted: 0, flows: 0 } as const;

const FINDING_ORDER: readonly Verdict[] = ['blocked', 'degraded', 'inconclusive'];

export function assembleReport(input: ReportInput, provenance: Provenance): ReportModel {
  const { runtime, system, timeZone } = platform.environment();
  const names = new HostNames(input.files, input.facts, input.inventory ?? null, input.judgement.identities);
  const inventory = inventoryModel(input);
  const { counts, kinds, activity } = countFlows(input);
  const serverKnown = input.judgement.server.source !== 'unknown';
  const grounds: Grounds = {
    serverInferred: input.judgement.server.source === 'inferred',
    framesLost: input.gate.losesPackets,
  };
  const verdicts = new Verdicts(input, names, grounds, input.gate.place);
  const observations = observationsOf(input, names, input.productPorts);
  const unexpected = serverKnown ? unexpectedGroups(input, names, kinds) : NOTHING_UNEXPECTED;
  const rules = input.matcher.requiredRules.map(ruleModel);
  const labels = new Map(rules.map((rule) => [rule.id, rule.label]));
  const explained = causeModels(input, names, verdicts, (id) => labels.get(id) ?? id);
  const causes = [...explained, ...observationCauses(observations.found, explained.length + 1)];
  return {
    generator: { version: provenance.version, node: runtime, platform: system },
    generatedAt: timeStampOfDate(provenance.now),
    commandLine: provenance.commandLine,
    timeZone,
    ...sourcesOf(input),
    rules,
    hosts: input.judgement.computers.map((key) => names.host(hostKeyText(key))),
    inventory,
    summary: summarise({
      causes,
      verdicts: input.judgement.verdicts,
      nextStepOf: (index) => verdicts.at(index)?.nextStep ?? null,
      nameOf: (key) => names.nameOf(hostKeyText(key)) || hostKeyText(key),
      serverKnown,
      unexpectedFlows: unexpected.flows,
      observations: observations.list,
      ...extentOf(input),
      failOn: provenance.failOn ?? DEFAULT_FAIL_ON,
      listedNotSeen: inventory?.notSeen ?? 0,
      labelOf: (id) => labels.get(id) ?? id,
      requiredRules: rules.filter((rule) => rule.required).length,
    }),
    quality: input.gate.findings.map((finding) => qualityModel(finding)),
    verdicts,
    causes,
    remedies: verdicts.remedies.list,
    changes: verdicts.remedies.changes,
    findings: findingsOf(input.judgement.verdicts),
    observations: observations.list,
    observationsOmitted: observations.omitted,
    unexpected: unexpected.shown,
    unexpectedOmitted: unexpected.omitted,
    notFound: notFoundSentences(counts),
    flows: new Flows(input, names, kinds),
    activity,
    payload: new Payload(input),
    totals: totalsModel(input, counts),
    weirds: weirdsOf(input),
    limits: limitsOf(input, names, verdicts.remedies.omitted),
    interrupted: input.interrupted,
  };
}

/** How much was captured and kept. */
function extentOf({
  judgement,
  gate,
  meter,
  serverMissing = [],
}: ReportInput): Pick<
  SummaryFacts,
  'computers' | 'computersOmitted' | 'serverMissing' | 'capture' | 'flowsEvicted' | 'frames'
> {
  return {
    computers: judgement.computers.length,
    computersOmitted: judgement.computersOmitted,
    serverMissing,
    capture: { oneDirection: gate.has('lowers_silence'), short: gate.has('misses_cadence') },
    flowsEvicted: meter.flows.evicted,
    frames: meter.totals.frames,
  };
}

/** What was read, whose the server is, and what it was held against. */
function sourcesOf({
  files,
  meter,
  judgement,
  packs,
  logs,
}: ReportInput): Pick<
  ReportModel,
  'captures' | 'firstTime' | 'lastTime' | 'server' | 'packs' | 'firewallLogs'
> {
  return {
    captures: files.map((file, i) => captureModel(file, meter.files[i])),
    ...timesOf(meter.span),
    server: {
      addresses: [...judgement.server.keys].map(hostKeyText),
      source: judgement.server.source,
      reason: serverText(judgement.server.reasons),
    },
    packs: packs.map(({ id, title, source, sha256, rules }) => ({
      id,
      title,
      source,
      sha256,
      rules: rules.length,
    })),
    ...(logs === undefined || logs === null ? {} : { firewallLogs: firewallLogModels(logs) }),
  };
}

function inventoryModel({ inventory, judgement }: ReportInput): InventoryModel | null {
  if (inventory === undefined || inventory === null) return null;
  const { path, sha256, rows, byKey, isServer } = inventory;
  return {
    path,
    sha256,
    computers: rows.length,
    notSeen: rows.filter(({ seen }) => !seen).length,
    unlisted: judgement.computers.filter((key) => !byKey.has(key)).length,
    isServer,
    grouped: rows.some(({ listed }) => listed.group !== ''),
  };
}

function timesOf(span: TimeSpan): { firstTime: TimeStamp | null; lastTime: TimeStamp | null } {
  if (span.frames === 0) return { firstTime: null, lastTime: null };
  return {
    firstTime: timeStamp(span.firstSec, span.firstNsec),
    lastTime: timeStamp(span.lastSec, span.lastNsec),
  };
}

function captureModel(file: CaptureFile, span: TimeSpan | undefined): CaptureModel {
  return {
    path: sourceName(file.path),
    sha256: file.sha256,
    sizeBytes: file.bytesTotal > 0 ? file.bytesTotal : sizeOf(file),
    format: file.format,
    packets: file.frames,
    ...(span === undefined ? { firstTime: null, lastTime: null } : timesOf(span)),
    damage: file.damage,
    interfaces: file.interfaces.slice(0, MAX_SHOWN_INTERFACES).map((one) => ({
      name: one.name ?? one.description ?? '',
      linkType: linkTypeName(one.linkType),
      snapLength: one.snapLength,
      filter: one.filter ?? '',
      received: one.received === undefined ? -1 : Number(one.received),
      dropped:
        one.interfaceDropped === undefined && one.osDropped === undefined
          ? -1
          : Number((one.interfaceDropped ?? 0n) + (one.osDropped ?? 0n)),
    })),
    interfacesOmitted: Math.max(0, file.interfaces.length - MAX_SHOWN_INTERFACES),
    application: file.application ?? '',
    os: file.os ?? '',
    comments: file.comments,
    trace: file.trace === undefined ? null : { ...file.trace, notes: traceNotes(file.trace) },
  };
}

function sizeOf(file: CaptureFile): number {
  if (file.path === '-') return file.bytesRead;
  return platform.fileSize(file.path);
}

function ruleModel(rule: Rule): RuleModel {
  return {
    id: rule.id,
    pack: rule.pack,
    label: rule.label,
    purpose: rule.purpose,
    ports: portsText(rule),
    direction: directionText(rule),
    when: rule.when,
    required: isRequired(rule),
    caveat: caveatOf(rule),
    oneWay: rule.oneWay,
    symptoms: rule.symptoms,
  };
}

/** Indices of the verdicts to act on, worst first. */
function findingsOf(verdicts: readonly RuleVerdict[]): number[] {
  const rank = (v: RuleVerdict): number =>
    FINDING_ORDER.indexOf(v.verdict) * 2 + (isRequired(v.rule) ? 0 : 1);
  const found: number[] = [];
  for (const [i, v] of verdicts.entries()) if (isFinding(v)) found.push(i);
  return found.sort((a, b) => rank(verdicts[a]!) - rank(verdicts[b]!));
}

/** What cannot be proven by design (a rule that is not required) is no finding while it does not fail. */
function isFinding(v: RuleVerdict): boolean {
  return FINDING_ORDER.includes(v.verdict) && (isRequired(v.rule) || v.verdict !== 'inconclusive');
}

function weirdsOf(input: ReportInput): { name: string; count: number }[] {
  const inPackets = [...input.meter.decoder.weirds]
    .map((count, number) => ({ name: weirdName(number), count }))
    .filter((one, number) => number > 0 && one.count > 0);
  const inPayload = [...input.facts.weirds].map(([name, count]) => ({ name, count }));
  return [...inPackets, ...inPayload].sort((a, b) => b.count - a.count);
}
