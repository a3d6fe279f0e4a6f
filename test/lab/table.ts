/** The score table: one line a scenario, and one for every answer that is weaker than it could be, or wrong. */
import { LEFT_OUT } from './left-out.js';
import { count, wrongLines } from './score.js';
import type { Score } from './score.js';

const HEADINGS = ['scenario', 'cells', 'right', 'weaker', 'wrong', 'place', 'unknown', 'wrong'];

export function scoreTable(scores: readonly Score[]): string {
  const rows = [
    HEADINGS,
    ...scores.map((one) => [one.scenario, ...numbers([one])]),
    ['all', ...numbers(scores)],
  ];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join('  '),
    )
    .join('\n');
}

function numbers(scores: readonly Score[]): string[] {
  const cells = scores.reduce((sum, one) => sum + one.cells.length, 0);
  return [
    cells,
    ...(['verdictGrade', 'locationGrade'] as const).flatMap((what) =>
      (['right', 'weaker', 'wrong'] as const).map((grade) => count(scores, what, grade)),
    ),
  ].map(String);
}

/** Answers that could say more. */
export function weakerLines(one: Score): string[] {
  return one.cells
    .filter(({ verdictGrade, locationGrade }) => verdictGrade === 'weaker' || locationGrade === 'weaker')
    .map(
      ({ cell, verdict, location, reasonCode }) =>
        `${one.scenario}: ${cell.computer} ${cell.rule} said ${verdict} at ${location} (${reasonCode}), ` +
        `more is ${cell.verdicts.join(' or ')} at ${cell.locations.join(' or ') || 'no place'}`,
    );
}

export function details(scores: readonly Score[], weaker: boolean): string {
  const wrong = scores.flatMap((one) => {
    const mark = one.scenario in LEFT_OUT ? 'open    ' : 'WRONG   ';
    return wrongLines(one).map((line) => mark + line);
  });
  const weak = weaker ? scores.flatMap(weakerLines).map((line) => `weaker  ${line}`) : [];
  return [...wrong, ...weak].join('\n');
}
