/**
 * The ways from this server to the groups of computers, and where each is stopped: at this server, at a device that
 * the packets name, on the way, or at the computers. One line a group; green where nothing fails.
 */
import { link, curveBumpX } from 'd3-shape';
import type { CauseModel } from '../../model/cause-model.js';
import type { ReportModel } from '../../model/model.js';
import { count, counted } from '../../text/quantities.js';
import { LOCATION_WORDING } from '../../text/wording.js';
import type { ComputerGroup } from '../pieces/groups.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { causeLook } from '../pieces/cause-table.js';
import { breakable, scrollBox } from '../pieces/pieces.js';

const WIDTH = 1000;
const ROW = 26;
const TOP = 8;
const SERVER = { x: 0, width: 170 } as const;
/** Where a way begins, runs level, and ends. */
const FROM = 172;
const LEVEL = 330;
const TO = 640;
/** Groups drawn; the rest is counted. */
const MAX_GROUPS = 12;
const MAX_NAME = 34;

/** Pixels at which a way is stopped. */
const STOPS = { this_server: 352, path: 470, remote_host: 615, unknown: 540 } as const;

interface Way {
  readonly group: ComputerGroup;
  /** The worst cause that fails for one of the group; undefined = none does. */
  readonly cause: CauseModel | undefined;
}

function waysOf(model: ReportModel, groups: readonly ComputerGroup[]): readonly Way[] {
  const causeOf = new Map<number, CauseModel>();
  // The most serious one is written last.
  for (const cause of [...model.causes].reverse()) for (const cell of cause.cells) causeOf.set(cell, cause);
  return groups.slice(0, MAX_GROUPS).map((group) => {
    const found = group.rows.flatMap(({ cells }) => cells.flatMap((cell) => causeOf.get(cell) ?? []));
    return { group, cause: model.causes.find((cause) => found.includes(cause)) };
  });
}

/** The device that the packets show to stop it; '' = none. */
function device({ kind, reach }: CauseModel): string {
  return kind === 'icmp_sender' ? reach : '';
}

function short(text: string): string {
  return text.length <= MAX_NAME ? text : `${text.slice(0, MAX_NAME - 1)}…`;
}

function stop(cause: CauseModel, y: number): Html {
  const x = STOPS[cause.location];
  const named = device(cause);
  return html`<circle class="stop" cx="${x}" cy="${y}" r="9" />${
      cause.location === 'unknown'
        ? html`<text class="strong middle" x="${x}" y="${y + 4}">?</text>`
        : html`<path class="cross" d="M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8" />`
    }${when(named !== '', () => html`<text class="middle" x="${x}" y="${y - 12}">${short(named)}</text>`)}`;
}

function way({ group, cause }: Way, i: number, middle: number): Html {
  const y = TOP + i * ROW + ROW / 2;
  const look = cause === undefined ? 'working' : causeLook(cause);
  const curve = link(curveBumpX)({ source: [FROM, middle], target: [LEVEL, y] }) ?? '';
  const state =
    group.failing > 0
      ? `${count(group.failing)} of ${counted(group.rows.length, 'computer')}`
      : counted(group.rows.length, 'computer');
  return html`<g class="${look}"
    ><title>${group.name}: ${cause === undefined ? 'nothing fails' : cause.title}</title
    ><path class="way ${look}" d="${curve}L${TO} ${y}" />${cause === undefined ? null : stop(cause, y)}<rect
      class="box ${look}"
      x="${TO}"
      y="${y - 10}"
      width="${WIDTH - TO - 2}"
      height="20"
      rx="4"
    /><text class="strong" x="${TO + 8}" y="${y + 4}">${short(group.name)}</text
    ><text class="ending" x="${WIDTH - 10}" y="${y + 4}">${state}</text></g
  >`;
}

function table(ways: readonly Way[]): Html {
  return html`<details>
    <summary>The ways as a table</summary>
    ${scrollBox(
      'The ways as a table',
      html`<table>
        <thead>
          <tr>
            <th scope="col">Group</th>
            <th scope="col" class="num">Computers</th>
            <th scope="col" class="num">Failing</th>
            <th scope="col">Worst cause</th>
            <th scope="col">Where it stops</th>
          </tr>
        </thead>
        <tbody>
          ${ways.map(
            ({ group, cause }) =>
              html`<tr>
                <th scope="row">${breakable(group.name)}</th>
                <td class="num">${count(group.rows.length)}</td>
                <td class="num">${count(group.failing)}</td>
                <td>
                  ${cause === undefined ? 'nothing fails' : html`<a href="#${cause.id}">${cause.title}</a>`}
                </td>
                <td>${cause === undefined ? '' : LOCATION_WORDING[cause.location]}</td>
              </tr>`,
          )}
        </tbody>
      </table>`,
    )}
  </details>`;
}

/** Null when there is no computer. */
export function waysFigure(model: ReportModel, groups: readonly ComputerGroup[]): Html | null {
  const ways = waysOf(model, groups);
  if (ways.length === 0) return null;
  const height = TOP * 2 + ways.length * ROW;
  const middle = height / 2;
  const more = groups.length - ways.length;
  const label = 'Where it stops';
  return html`<figure>
    <figcaption>
      ${label}
      <span class="sub"
        >this server, the way, the
        computers${when(more > 0, () => html`; ${counted(more, 'more group')} in the matrix`)}</span
      >
    </figcaption>
    ${scrollBox(
      label,
      html`<svg
        class="picture"
        width="${WIDTH}"
        height="${height}"
        viewBox="0 0 ${WIDTH} ${height}"
        role="img"
        aria-labelledby="ways-title"
      >
        <title id="ways-title">
          Ways from this server to ${counted(ways.length, 'group')} of computers, and where each stops; the
          table has the same
        </title>
        ${ways.map((one, i) => way(one, i, middle))}
        <rect class="box" x="${SERVER.x + 1}" y="${middle - 14}" width="${SERVER.width}" height="28" rx="4" />
        <text class="strong middle" x="${SERVER.width / 2}" y="${middle + 4}">
          ${short(model.server.addresses[0] === undefined ? 'This server' : `This server ${model.server.addresses[0]}`).slice(0, 30)}
        </text>
      </svg>`,
    )}
    ${table(ways)}
  </figure>`;
}
