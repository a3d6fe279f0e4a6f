/** The causes that the program found beside those of the truth. */
import type { CauseModel } from '../../src/report/model/cause-model.js';
import type { ReportModel } from '../../src/report/model/model.js';
import type { Truth } from './truth.js';
import type { TruthCause } from './truth-causes.js';

/** What is amiss, one line each: a cause of nothing, of two faults, by the wrong name, told twice, or missing. */
export function causeLines(model: ReportModel, { causes }: Truth): string[] {
  const lines: string[] = [];
  const told = new Map<TruthCause, Set<string>>();
  for (const found of model.causes) {
    if (found.cells.length === 0) continue;
    const cells = found.cells.flatMap((index) => namesOf(model, index));
    const of = causes.filter(({ may }) => cells.some((cell) => may.includes(cell)));
    const [one] = of;
    if (one === undefined || of.length > 1) {
      lines.push(`'${found.title}' joins ${of.length} faults (${cells.join(', ')})`);
      continue;
    }
    lines.push(...misnamed(found, one));
    const known = told.get(one);
    if (known !== undefined) lines.push(`'${found.title}' is told beside another cause of the same fault`);
    told.set(one, new Set([...(known ?? []), ...cells]));
  }
  for (const one of causes) {
    const missing = one.must.filter((cell) => told.get(one)?.has(cell) !== true);
    if (missing.length > 0) lines.push(`no cause has ${missing.join(', ')}`);
  }
  return lines;
}

function misnamed({ title, kind, owner }: CauseModel, { kinds, owners }: TruthCause): string[] {
  return [
    ...(kinds.includes(kind) ? [] : [`'${title}' is ${kind}, true is ${kinds.join(' or ')}`]),
    ...(owners.includes(owner) ? [] : [`'${title}' is for ${owner}, true is ${owners.join(' or ')}`]),
  ];
}

/** 'address rule' by each address of the cell's computer. */
function namesOf(model: ReportModel, index: number): string[] {
  const cell = model.verdicts.at(index);
  if (cell === undefined) return [];
  const further = model.hosts.find(({ address }) => address === cell.host.address)?.addresses ?? [];
  return [...new Set([cell.host.address, ...further.map(String)])].map(
    (address) => `${address} ${cell.rule}`,
  );
}
