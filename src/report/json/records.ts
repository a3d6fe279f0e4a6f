/**
 * The records of the JSON output, as docs/report.schema.json and report-2.schema.json describe them: snake_case keys,
 * times as ISO 8601 UTC with nanoseconds, absent = null, never a sentinel number.
 */
import type { CauseModel } from '../model/cause-model.js';
import type { ChangeModel } from '../model/change-model.js';
import type { HostModel } from '../model/host-model.js';
import type { TimeStamp } from '../model/time-model.js';
import type {
  CaptureModel,
  EvidenceModel,
  FirewallLogModel,
  InventoryModel,
  LogQuote,
  ObservationModel,
  QualityModel,
  RemedyGroupModel,
  ReportModel,
  RuleModel,
  TraceModel,
  UnexpectedModel,
} from '../model/model.js';
import type { PortMappingModel } from '../model/payload-model.js';

function time(stamp: TimeStamp | null): string | null {
  return stamp === null ? null : stamp.iso;
}

function text(value: string): string | null {
  return value === '' ? null : value;
}

/** The model marks what was not seen with a negative number. */
function seen(value: number): number | null {
  return value >= 0 ? value : null;
}

export function captureRecord(capture: CaptureModel): object {
  return {
    path: capture.path,
    // Of a stream that goes on nothing is known yet.
    sha256: text(capture.sha256),
    size_bytes: capture.sizeBytes,
    format: capture.format,
    packets: capture.packets,
    first_time: time(capture.firstTime),
    last_time: time(capture.lastTime),
    damage: capture.damage,
    interfaces: capture.interfaces.map((nic) => ({
      name: text(nic.name),
      link_type: nic.linkType,
      snap_length: nic.snapLength,
      filter: text(nic.filter),
      received: seen(nic.received),
      dropped: seen(nic.dropped),
    })),
    interfaces_omitted: capture.interfacesOmitted,
    application: text(capture.application),
    os: text(capture.os),
    comments: capture.comments,
    trace: capture.trace === null ? null : traceRecord(capture.trace),
  };
}

function traceRecord(trace: TraceModel): object {
  return {
    windows: trace.windows,
    utc_offset_minutes: trace.utcOffsetMinutes,
    zone: text(trace.zone),
    stopped: trace.stopped,
    circular: trace.circular,
    clock_guessed: trace.clockGuessed,
    events_lost: trace.eventsLost,
    buffers_lost: trace.buffersLost,
    filters: trace.filters,
    cut_frames: trace.cutFrames,
    cut_bytes: trace.cutFrames === 0 ? null : trace.cutBytes,
    packets_elsewhere: trace.packetsElsewhere,
    switch_packets: trace.switchPackets,
    other_events: trace.otherEvents,
    components: trace.components.map((one) => ({
      id: one.id,
      name: one.name,
      driver: text(one.driver),
      mac: text(one.mac),
      addresses: one.addresses,
      packets: one.packets,
      drops: one.drops,
      taken: one.taken,
    })),
    drops: trace.drops.map((one) => ({
      reason: one.reason,
      location: one.location,
      text: text(one.text),
      count: one.count,
    })),
  };
}

export function ruleRecord(rule: RuleModel): object {
  const { id, pack, label, purpose, ports, direction, required, oneWay, caveat } = rule;
  return {
    id,
    pack,
    label,
    purpose,
    ports,
    direction,
    when: rule.when,
    required,
    one_way: oneWay,
    caveat: text(caveat),
    symptoms: rule.symptoms,
  };
}

export function hostRecord(host: HostModel): object {
  return {
    address: text(host.address),
    addresses: host.addresses,
    address_proofs: host.addressProofs,
    shared_by: text(host.shared),
    name: text(host.name),
    name_source: text(host.nameSource),
    group: text(host.group),
    listed: host.listed,
  };
}

export function inventoryRecord(inventory: InventoryModel): object {
  return {
    path: inventory.path,
    sha256: inventory.sha256,
    computers: inventory.computers,
    not_seen: inventory.notSeen,
    unlisted: inventory.unlisted,
    is_server: inventory.isServer,
  };
}

function evidenceRecord(evidence: EvidenceModel): object {
  return {
    file: evidence.file,
    frames: evidence.frames,
    first_time: time(evidence.firstTime),
    last_time: time(evidence.lastTime),
    filter: evidence.filter,
    shows: evidence.shows,
  };
}

/** What stands in a firewall log. */
export function quoteRecord({ unit, number, text: line, rule }: LogQuote): object {
  return { unit, number, text: line, rule: text(rule) };
}

export function firewallLogRecord(one: FirewallLogModel): object {
  const { path, sha256, kind, entries, blocked, use } = one;
  return {
    path,
    sha256,
    size_bytes: one.sizeBytes,
    kind,
    entries,
    blocked,
    zone: one.zone,
    moved_minutes: one.movedMinutes,
    met: one.met,
    flows: use.flows,
    before_wire: use.before,
    other_time: use.otherTime,
    without_packet: use.withoutPacket,
    against: use.against,
    no_time: use.noTime,
    other_traffic: use.other,
    malformed: one.malformed,
    left_out: one.leftOut,
    notes: one.notes,
  };
}

export function remedyRecord(group: RemedyGroupModel): object {
  return {
    rule: group.rule,
    location: group.location,
    computers: group.computers,
    addresses_omitted: group.addressesOmitted,
    review_before_use: true,
    changes: group.remedies.map(({ kind, title, where, text: line, note }) => ({
      kind,
      title,
      where,
      text: line,
      note: text(note),
    })),
  };
}

export function changeRecord(change: ChangeModel): object {
  return {
    cause: change.cause,
    rule: change.rule,
    sources: change.sources,
    destinations: change.destinations,
    protocol: change.protocol,
    ports: change.ports,
    first_time: change.firstTime.iso,
    last_time: change.lastTime.iso,
    attempts: change.attempts,
    reason: change.reason,
  };
}

/** @param hostOf a computer as it stands in the record, or a reference to it */
export function causeRecord(cause: CauseModel, hostOf: (host: HostModel) => object | number): object {
  return {
    id: cause.id,
    kind: cause.kind,
    fact: cause.fact,
    title: cause.title,
    headline: cause.headline,
    rules: cause.rules,
    computers: cause.computers,
    tried: cause.tried,
    works_for: cause.worksFor,
    hosts: cause.hosts.map(hostOf),
    reach: text(cause.reach),
    cells: cause.cells,
    location: cause.location,
    location_reason: text(cause.locationReason),
    confidence: cause.confidence,
    assumptions: cause.assumptions,
    owner: cause.owner,
    who: cause.who,
    action: cause.action,
    confirm_where: text(cause.confirmWhere),
    confirm: text(cause.confirm),
    remedy: cause.remedy < 0 ? null : cause.remedy,
    first_time: cause.firstTime?.iso ?? null,
    last_time: cause.lastTime?.iso ?? null,
    required: cause.required,
    only_degraded: cause.onlyDegraded,
  };
}

export function qualityRecord(one: QualityModel): object {
  const { code, level, text: said, measured, unit, threshold, consequence, effects } = one;
  return { code, level, text: said, measured, unit, threshold, consequence, effects };
}

export function observationRecord(one: ObservationModel): object {
  return {
    code: one.code,
    level: one.level,
    title: one.title,
    text: one.text,
    who: one.who,
    count: one.count,
    evidence: evidenceRecord(one.evidence),
  };
}

export function portMappingRecord(mapping: PortMappingModel): object {
  return {
    address: mapping.address,
    port: mapping.port,
    interface: text(mapping.interfaceName),
    uuid: text(mapping.uuid),
    source: mapping.source,
    host: text(mapping.host),
    flow: mapping.flow,
    file: mapping.file,
    frame: mapping.frame,
    time: time(mapping.time),
  };
}

export function unexpectedRecord(group: UnexpectedModel): object {
  return {
    reason: group.reason,
    proto: group.proto,
    orig: group.orig,
    resp: group.resp,
    resp_port: group.respPort,
    service: text(group.service),
    service_certainty: text(group.serviceCertainty),
    outcome: group.outcome,
    flows: group.flows,
    bytes: group.bytes,
    evidence: evidenceRecord(group.evidence),
  };
}

export function totalsRecord(model: ReportModel): object {
  const { totals } = model;
  return {
    frames: totals.frames,
    packets: totals.packets,
    bytes: totals.bytes,
    flows: totals.flows,
    hosts: totals.hosts,
    by_outcome: totals.byOutcome,
    by_class: totals.byClass,
    by_verdict: totals.byVerdict,
    by_required_verdict: totals.byRequiredVerdict,
    by_conn_state: totals.byConnState,
    non_ip: totals.nonIp,
  };
}
