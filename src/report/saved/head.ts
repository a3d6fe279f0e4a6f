/** What stands before the long arrays of a saved result, as the model has it. */
import { z } from 'zod';
import {
  certainty,
  cause,
  evidence,
  host,
  location,
  number,
  outcome,
  seen,
  text,
  textOrNone,
  texts,
  time,
  whole,
} from './shapes.js';

const trace = z
  .object({
    windows: text,
    utc_offset_minutes: number,
    zone: textOrNone,
    stopped: z.boolean(),
    circular: z.boolean(),
    clock_guessed: z.boolean(),
    events_lost: whole,
    buffers_lost: whole,
    filters: texts,
    cut_frames: whole,
    cut_bytes: whole.nullable(),
    packets_elsewhere: whole,
    switch_packets: whole,
    other_events: whole,
    components: z.array(
      z.object({
        id: number,
        name: text,
        driver: textOrNone,
        mac: textOrNone,
        addresses: texts,
        packets: whole,
        drops: whole,
        taken: z.boolean(),
      }),
    ),
    drops: z.array(z.object({ reason: number, location: number, text: textOrNone, count: whole })),
  })
  .transform((one) => ({
    windows: one.windows,
    utcOffsetMinutes: one.utc_offset_minutes,
    zone: one.zone,
    stopped: one.stopped,
    circular: one.circular,
    clockGuessed: one.clock_guessed,
    eventsLost: one.events_lost,
    buffersLost: one.buffers_lost,
    filters: one.filters,
    cutFrames: one.cut_frames,
    cutBytes: one.cut_bytes ?? 0,
    packetsElsewhere: one.packets_elsewhere,
    switchPackets: one.switch_packets,
    otherEvents: one.other_events,
    components: one.components,
    drops: one.drops,
    notes: [],
  }));

const capture = z
  .object({
    path: text,
    sha256: textOrNone,
    size_bytes: whole,
    format: text,
    packets: whole,
    first_time: time.nullable(),
    last_time: time.nullable(),
    damage: z.object({ offset: number, kind: text, message: text }).nullable(),
    interfaces: z.array(
      z
        .object({
          name: textOrNone,
          link_type: text,
          snap_length: number,
          filter: textOrNone,
          received: seen,
          dropped: seen,
        })
        .transform(({ link_type: linkType, snap_length: snapLength, ...rest }) => ({
          ...rest,
          linkType,
          snapLength,
        })),
    ),
    interfaces_omitted: whole.optional(),
    application: textOrNone,
    os: textOrNone,
    comments: texts,
    trace: trace.nullable(),
  })
  .transform(
    ({
      size_bytes: sizeBytes,
      first_time: firstTime,
      last_time: lastTime,
      interfaces_omitted: interfacesOmitted = 0,
      ...rest
    }) => ({
      ...rest,
      interfacesOmitted,
      sizeBytes,
      firstTime,
      lastTime,
    }),
  );

const rule = z
  .object({
    id: text,
    pack: text,
    label: text,
    purpose: text,
    ports: text,
    direction: text,
    when: z.enum(['always', 'install', 'recording']),
    required: z.boolean(),
    one_way: z.boolean(),
    caveat: textOrNone,
    symptoms: texts,
  })
  .transform(({ one_way: oneWay, ...rest }) => ({ ...rest, oneWay }));

const remedies = z
  .object({
    rule: text,
    location,
    computers: whole,
    addresses_omitted: whole,
    changes: z.array(
      z.object({
        kind: z.enum([
          'exclude',
          'service',
          'windows_group',
          'windows_rule',
          'nftables',
          'azure_nsg',
          'change_request',
        ]),
        title: text,
        where: text,
        text,
        note: textOrNone,
      }),
    ),
  })
  .transform(({ addresses_omitted: addressesOmitted, changes, ...rest }) => ({
    ...rest,
    addressesOmitted,
    remedies: changes,
  }));

const change = z
  .object({
    cause: text,
    rule: text,
    sources: texts,
    destinations: texts,
    protocol: z.enum(['tcp', 'udp', 'icmp']),
    ports: text,
    first_time: time,
    last_time: time,
    attempts: whole,
    reason: text,
  })
  .transform(({ first_time: firstTime, last_time: lastTime, ...rest }) => ({ ...rest, firstTime, lastTime }));

const unexpected = z
  .object({
    reason: text,
    proto: text,
    orig: text,
    resp: text,
    resp_port: whole,
    service: textOrNone,
    service_certainty: certainty,
    outcome,
    flows: whole,
    bytes: whole,
    evidence,
  })
  .transform(({ resp_port: respPort, service_certainty: serviceCertainty, ...rest }) => ({
    ...rest,
    respPort,
    serviceCertainty,
  }));

const portMapping = z
  .object({
    address: text,
    port: whole,
    interface: textOrNone,
    uuid: textOrNone,
    source: z.enum(['ept_map', 'dcom']),
    host: textOrNone,
    flow: number,
    file: text,
    frame: whole,
    time,
  })
  .transform(({ interface: interfaceName, ...rest }) => ({ ...rest, interfaceName }));

const counts = z.record(z.string(), whole);

/** Everything but verdicts, flows and tables. */
export const headShape = z.object({
  generator: z.object({ version: text, node: text, platform: text }),
  generated_at: time,
  command_line: text,
  time_zone: text,
  summary: z
    .object({
      status: z.enum(['working', 'findings', 'inconclusive']),
      sentence: text,
      action: text,
      confirm_where: textOrNone,
      confirm: textOrNone,
      exit_code: z.literal([0, 1, 3]),
    })
    .transform(({ confirm_where: confirmWhere, exit_code: exitCode, ...rest }) => ({
      ...rest,
      confirmWhere,
      exitCode,
    })),
  first_time: time.nullable(),
  last_time: time.nullable(),
  interrupted: textOrNone,
  // Results before version 1.1 have none.
  shared: z.object({ replaced: text, kept: text }).nullable().default(null),
  captures: z.array(capture),
  server: z.object({ addresses: texts, source: z.enum(['option', 'inferred', 'unknown']), reason: text }),
  inventory: z
    .object({
      path: text,
      sha256: text,
      computers: whole,
      not_seen: whole,
      unlisted: whole,
      is_server: whole,
    })
    .nullable(),
  packs: z.array(z.object({ id: text, title: text, source: text, sha256: text, rules: whole })),
  rules: z.array(rule),
  quality: z.array(
    z.object({
      code: text,
      level: z.enum(['good', 'note', 'warning', 'serious']),
      text,
      measured: number.nullable(),
      unit: z.enum(['', 'share', 'frames', 'flows', 'seconds', 'bytes']),
      threshold: z.object({ name: text, value: number }).nullable(),
      consequence: text,
      effects: texts,
    }),
  ),
  totals: z.object({
    frames: whole,
    packets: whole,
    bytes: whole,
    flows: whole,
    hosts: whole,
    by_outcome: counts,
    by_class: counts,
    by_verdict: counts,
    by_required_verdict: counts,
    by_conn_state: counts,
    non_ip: whole,
  }),
  weirds: z.array(z.object({ name: text, count: whole })),
  // Results before version 1.1 have no codes.
  limits: z.array(z.object({ code: text.default(''), name: text, limit: whole, count: whole, means: text })),
  not_found: texts,
  // A result of version 0.1.0 has none.
  causes: z.array(cause).default([]),
  remedies: z.array(remedies),
  // Version 1 has none, nor had the first results of version 2.
  changes: z.array(change).default([]),
  observations: z.array(
    z.object({
      code: text,
      level: z.enum(['warning', 'note']),
      title: text,
      text,
      who: text,
      count: whole,
      evidence,
    }),
  ),
  observations_omitted: whole,
  unexpected: z.array(unexpected),
  unexpected_omitted: whole,
  findings: z.array(whole),
  hosts: z.array(host),
  port_mappings: z.array(portMapping),
  port_mappings_omitted: whole,
  omitted: z.object({ hosts: whole, verdicts: whole, flows: whole }),
});
