/** A saved result as the model that it was written from: one reader for both versions of the JSON output. */
import { z } from 'zod';
import type { HostModel } from '../model/host-model.js';
import type { ReportModel } from '../model/model.js';
import { SavedFlows } from './flows.js';
import { headShape } from './head.js';
import { parsed } from './parsed.js';
import { ResultError } from './result-error.js';
import { recordVerdicts, rowVerdicts } from './verdicts.js';

/** The newest version that is read. */
const NEWEST = 2;
const SCHEMA = /^portwitness\/(\d{1,9})$/;

const longLists = z.object({ verdicts: z.array(z.unknown()), flows: z.array(z.unknown()) });
const tables = z.object({ statements: z.array(z.unknown()), texts: z.array(z.string()) });

/**
 * The model that the text of a JSON output was written from. Verdicts and flows are made when they are asked for, and
 * may be refused then.
 * @throws ResultError: no result, one of a newer program, or damaged
 */
export function resultOf(json: string): ReportModel {
  const document = parseJson(json);
  const version = versionOf(document);
  const head = parsed(headShape, document, '');
  const lists = parsed(longLists, document, '');
  const { hosts, captures, rules, server, first_time: firstTime } = head;
  const verdicts =
    version === 1
      ? recordVerdicts(lists.verdicts)
      : rowVerdicts(lists.verdicts, {
          rules,
          hosts,
          server: server.addresses[0] ?? '',
          firstTime,
          ...parsed(tables, document, ''),
        });
  const { totals, inventory } = head;
  return {
    generator: head.generator,
    generatedAt: head.generated_at,
    commandLine: head.command_line,
    timeZone: head.time_zone,
    captures,
    firstTime,
    lastTime: head.last_time,
    server,
    packs: head.packs,
    rules,
    hosts,
    inventory: inventory === null ? null : inventoryOf(inventory, hosts),
    summary: head.summary,
    quality: head.quality,
    verdicts,
    causes: head.causes.map((cause) => ({ ...cause, hosts: cause.hosts.map((one) => hostOf(one, hosts)) })),
    remedies: head.remedies,
    changes: head.changes,
    findings: head.findings,
    observations: head.observations,
    observationsOmitted: head.observations_omitted,
    unexpected: head.unexpected,
    unexpectedOmitted: head.unexpected_omitted,
    notFound: head.not_found,
    flows: new SavedFlows(
      lists.flows,
      captures.map(({ path }) => path),
      head.omitted.flows,
    ),
    activity: null,
    payload: payloadOf(head),
    totals: totalsOf(totals),
    weirds: head.weirds,
    limits: head.limits,
    interrupted: head.interrupted,
    ...(head.shared === null ? {} : { shared: head.shared }),
  };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new ResultError('it is damaged: its JSON does not end as it should');
  }
}

function versionOf(document: unknown): number {
  const schema = z.object({ schema: z.string() }).safeParse(document).data?.schema ?? '';
  const version = Number(SCHEMA.exec(schema)?.[1] ?? 0);
  if (version === 0) throw new ResultError('it is not a result of portwitness');
  if (version <= NEWEST) return version;
  throw new ResultError(
    `it was written by a newer portwitness (${schema}); this one reads up to portwitness/${NEWEST}`,
  );
}

type Head = z.infer<typeof headShape>;

function hostOf(one: number | HostModel, hosts: readonly HostModel[]): HostModel {
  if (typeof one !== 'number') return one;
  const host = hosts[one];
  if (host === undefined)
    throw new ResultError('it is damaged: a cause refers to a computer that is not there');
  return host;
}

function inventoryOf(
  { not_seen: notSeen, is_server: isServer, ...rest }: NonNullable<Head['inventory']>,
  hosts: readonly HostModel[],
): ReportModel['inventory'] {
  return { ...rest, notSeen, isServer, grouped: hosts.some(({ group }) => group !== '') };
}

/** Of the payload, the JSON output holds the port mappings. */
function payloadOf(head: Head): ReportModel['payload'] {
  return {
    rpcCalls: [],
    smbMappings: [],
    smbFiles: [],
    ntlm: [],
    weirds: [],
    portMappings: head.port_mappings,
    portMappingsOmitted: head.port_mappings_omitted,
    servicesBeside: () => [],
  };
}

function totalsOf(totals: Head['totals']): ReportModel['totals'] {
  const { by_outcome, by_class, by_verdict, by_required_verdict, by_conn_state, non_ip, ...rest } = totals;
  return {
    ...rest,
    byOutcome: by_outcome,
    byClass: by_class,
    byVerdict: by_verdict,
    byRequiredVerdict: by_required_verdict,
    byConnState: by_conn_state,
    nonIp: non_ip,
  };
}
