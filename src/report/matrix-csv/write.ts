/**
 * The matrix as CSV (RFC 4180): a line for each computer, the worst first, a column for each rule. A cell says
 * what was seen ('No answer', 'Working', 'Not tried'); it is empty where there is no verdict.
 */
import { BYTE_ORDER_MARK, csvCell } from '../write/csv-cell.js';
import { matrixRows } from '../text/matrix.js';
import type { ReportModel, RuleModel } from '../model/model.js';
import type { Sink } from '../write/sink.js';
import { cellWording } from '../text/wording.js';

/** A column's title; rules of several packs may share a label. */
function titles(rules: readonly RuleModel[]): readonly string[] {
  return rules.map(({ id, label }) =>
    rules.some((other) => other.id !== id && other.label === label) ? `${label} (${id})` : label,
  );
}

/** Writes the whole matrix. */
export async function writeMatrix(model: ReportModel, sink: Sink): Promise<void> {
  const { rules, verdicts } = model;
  const header = ['name', 'address', 'group', ...titles(rules)];
  await sink.write(`${BYTE_ORDER_MARK}${header.map(csvCell).join(',')}\r\n`);
  const word = (index: number, rule: number): string => {
    const verdict = index < 0 ? undefined : verdicts.at(index);
    return verdict === undefined ? '' : cellWording(verdict, rules[rule]).label;
  };
  for (const { host, cells } of matrixRows(model, Infinity)) {
    const line = [host.name, host.address, host.group, ...cells.map(word)];
    await sink.write(`${line.map(csvCell).join(',')}\r\n`);
  }
}
