/** The matrix for a terminal: as many columns side by side as fit, the others in further blocks below. */
import Table from 'cli-table3';
import { GAP, NO_LINES } from './plain-table.js';
import { columnsOf } from '../text/visible.js';

export interface GridCell {
  /** Plain text, safe to print. */
  readonly text: string;
  /** Adds colour; must not change the text. */
  readonly paint: (text: string) => string;
}

export interface Grid {
  readonly corner: string;
  readonly columns: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly GridCell[] }[];
}

function widest(texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, columnsOf(text)), 0);
}

/** Which columns stand in which block, by their widths. */
function blocks(widths: readonly number[], room: number): number[][] {
  const found: number[][] = [];
  let left = 0;
  widths.forEach((width, i) => {
    const block = found.at(-1);
    if (block === undefined || left < width + GAP) {
      found.push([i]);
      left = room - width - GAP;
    } else {
      block.push(i);
      left -= width + GAP;
    }
  });
  return found;
}

/** Lines of the grid, none wider than `width` unless one column alone is. */
export function gridLines(grid: Grid, width: number): readonly string[] {
  const names = widest([grid.corner, ...grid.rows.map(({ name }) => name)]);
  const widths = grid.columns.map((column, i) =>
    widest([column, ...grid.rows.map(({ cells }) => cells[i]?.text ?? '')]),
  );
  return blocks(widths, width - names).flatMap((block, i) => {
    const table = new Table({
      head: [grid.corner, ...block.map((at) => grid.columns[at] ?? '')],
      chars: NO_LINES,
      style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
    });
    for (const { name, cells } of grid.rows) {
      table.push([name, ...block.map((at) => cells[at]?.paint(cells[at].text) ?? '')]);
    }
    const lines = table
      .toString()
      .split('\n')
      .map((line) => line.trimEnd());
    return i === 0 ? lines : ['', ...lines];
  });
}
