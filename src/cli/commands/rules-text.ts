/** Rule packs as text for a terminal: the table of `rules list` and the details of `rules show`. */
import Table from 'cli-table3';
import { NO_LINES } from '../../report/terminal/plain-table.js';
import { printable } from '../../rules/words/printable.js';
import { directionText, portsText, sourcePortsText } from '../../rules/words/rule-text.js';
import type { Rule, RulePack } from '../../rules/words/rule.js';

const NO_ROW_LINES = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' };

function heading(pack: RulePack): string {
  const { id, title, kind, version, source } = pack;
  return printable(`${id}: ${title} (${kind}, version ${version}, ${source})`);
}

/** One pack as a table, drawn with lines for a terminal and without for a pipe. Ends with a line break. */
export function rulesTable(pack: RulePack, terminal: boolean): string {
  const table = new Table({
    head: ['rule', 'ports', 'direction', 'when', 'label'],
    style: terminal
      ? { head: [], border: [] }
      : { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    chars: terminal ? NO_ROW_LINES : NO_LINES,
  });
  for (const rule of pack.rules) {
    table.push(
      [rule.id, portsText(rule), directionText(rule), whenText(rule), rule.label].map((cell) =>
        printable(cell),
      ),
    );
  }
  const lines = table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
  return `${heading(pack)}\n${lines.join('\n')}\n`;
}

function whenText(rule: Rule): string {
  return rule.documentedOnly === true ? 'documented only' : rule.when;
}

function* ruleLines(rule: Rule): Generator<readonly [string, string]> {
  yield ['label', rule.label];
  yield ['purpose', rule.purpose];
  yield ['ports', portsText(rule)];
  yield ['direction', directionText(rule)];
  if (rule.proto !== 'icmp') yield ['source ports', sourcePortsText(rule)];
  yield ['when', whenText(rule)];
  if (rule.services.length > 0) yield ['proven by', rule.services.join(', ')];
  if (rule.evidence === 'rpc')
    yield ['evidence', 'payload evidence is needed: the port alone proves nothing'];
  if (rule.oneWay) yield ['answer', 'none can be expected'];
  if (rule.note !== undefined && rule.note !== '') yield ['note', rule.note];
  for (const symptom of rule.symptoms) yield ['symptom', symptom];
  for (const name of rule.remedy.firewallRules) yield ['firewall', name];
  for (const group of rule.remedy.firewallGroups) yield ['group', group];
  const { program, service, serviceTitle } = rule.remedy;
  if (program !== '') yield ['program', program];
  if (service !== '' || serviceTitle !== '') {
    yield ['service', [serviceTitle, service].filter((name) => name !== '').join(', ')];
  }
}

/** Everything about a pack and its rules. Ends with a line break. */
export function packDetails(pack: RulePack): string {
  const lines = [heading(pack), `sha256 ${pack.sha256}`];
  for (const rule of pack.rules) {
    lines.push('', printable(rule.id));
    for (const [name, value] of ruleLines(rule)) lines.push(`  ${name.padEnd(12)}  ${printable(value)}`);
  }
  return `${lines.join('\n')}\n`;
}
