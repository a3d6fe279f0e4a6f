/** What both versions of the JSON output have in common before their long arrays. */
import type { ReportModel } from '../model/model.js';
import {
  captureRecord,
  firewallLogRecord,
  inventoryRecord,
  observationRecord,
  qualityRecord,
  remedyRecord,
  ruleRecord,
  totalsRecord,
  unexpectedRecord,
} from './records.js';

/** What stands before the long arrays, by its names. */
export function headRecords(
  model: ReportModel,
  schema: string,
  causes: readonly object[],
): readonly (readonly [string, unknown])[] {
  const { summary, server } = model;
  return [
    ['schema', schema],
    ['generator', { name: 'portwitness', ...model.generator }],
    ['generated_at', model.generatedAt.iso],
    ['command_line', model.commandLine],
    ['time_zone', model.timeZone],
    [
      'summary',
      {
        status: summary.status,
        sentence: summary.sentence,
        action: summary.action,
        confirm_where: summary.confirmWhere === '' ? null : summary.confirmWhere,
        confirm: summary.confirm === '' ? null : summary.confirm,
        exit_code: summary.exitCode,
      },
    ],
    ['first_time', model.firstTime?.iso ?? null],
    ['last_time', model.lastTime?.iso ?? null],
    ['interrupted', model.interrupted === '' ? null : model.interrupted],
    ['shared', model.shared ?? null],
    ['captures', model.captures.map(captureRecord)],
    ['server', { addresses: server.addresses, source: server.source, reason: server.reason }],
    ...(model.firewallLogs === undefined
      ? []
      : ([['firewall_logs', model.firewallLogs.map(firewallLogRecord)]] as const)),
    ['inventory', model.inventory === null ? null : inventoryRecord(model.inventory)],
    ['packs', model.packs],
    ['rules', model.rules.map(ruleRecord)],
    ['quality', model.quality.map(qualityRecord)],
    ['totals', totalsRecord(model)],
    ['weirds', model.weirds],
    ['limits', model.limits],
    ['not_found', model.notFound],
    ['causes', causes],
    ['remedies', model.remedies.map(remedyRecord)],
    ['observations', model.observations.map(observationRecord)],
    ['observations_omitted', model.observationsOmitted],
    ['unexpected', model.unexpected.map(unexpectedRecord)],
    ['unexpected_omitted', model.unexpectedOmitted],
  ];
}
