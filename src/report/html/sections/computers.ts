/** The computers in groups, where their traffic stops, and what is known of single ones. */
import type { HostModel } from '../../model/host-model.js';
import { inventoryText } from '../../text/inventory-text.js';
import type { ReportModel } from '../../model/model.js';
import { count, counted } from '../../text/quantities.js';
import type { ComputerGroup } from '../pieces/groups.js';
import { hasGroups } from '../pieces/groups.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { activityFigure } from '../pictures/activity.js';
import { waysFigure } from '../pictures/way.js';
import { breakable, brief, hostTag, scrollBox } from '../pieces/pieces.js';

/** Groups and computers listed; the rest is counted. */
const MAX_GROUPS = 40;
const MAX_COMPUTERS = 60;

function groupsTable(model: ReportModel, groups: readonly ComputerGroup[]): Html {
  const shown = groups.slice(0, MAX_GROUPS);
  const failing = ({ sums }: ComputerGroup): string =>
    sums
      .flatMap(({ failing: n, tried }, i) =>
        n === 0 ? [] : [`${model.rules[i]?.label ?? ''}: ${count(n)} of ${count(tried)}`],
      )
      .join(', ') || 'nothing';
  return html`<table>
      <caption>
        ${hasGroups(model) ? 'Groups of the list of computers' : 'Networks, guessed from the addresses'}
      </caption>
      <thead>
        <tr>
          <th scope="col">Group</th>
          <th scope="col" class="num">Computers</th>
          <th scope="col" class="num">With a failing required port</th>
          <th scope="col">What fails, of those that tried it</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (group) =>
            html`<tr>
              <th scope="row">${breakable(group.name)}</th>
              <td class="num">${count(group.rows.length)}</td>
              <td class="num">${count(group.failing)}</td>
              <td>${failing(group)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${when(
      shown.length < groups.length,
      () => html`<p class="capped">${counted(groups.length - shown.length, 'more group')} in the matrix.</p>`,
    )}`;
}

/** Computers of which more is known than a name and an address. */
function isSpecial({ addresses, shared, listed, address }: HostModel): boolean {
  return addresses.length > 1 || shared !== '' || listed === false || address === '';
}

function special({ addresses, addressProofs, shared, listed, ...host }: HostModel): Html {
  const said = [
    addresses.length > 1 ? `Also ${addresses.slice(1).join(', ')}.` : '',
    ...addressProofs,
    shared,
    listed === false ? 'Not in the list of computers.' : '',
    host.address === '' ? 'In the list, but no address is known.' : '',
  ].filter((text) => text !== '');
  return html`<tr>
    <th scope="row">${hostTag(host)}</th>
    <td>${brief(said.join(' '))}</td>
  </tr>`;
}

function specials(model: ReportModel): Html | null {
  const found = model.hosts.filter(isSpecial);
  if (found.length === 0) return null;
  const shown = found.slice(0, MAX_COMPUTERS);
  return html`<details>
    <summary>${counted(found.length, 'computer')} of which more is known</summary>
    ${scrollBox(
      'Computers of which more is known',
      html`<table>
        <thead>
          <tr>
            <th scope="col">Computer</th>
            <th scope="col">What is known</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(special)}
        </tbody>
      </table>`,
    )}
    ${when(
      shown.length < found.length,
      () => html`<p class="capped">${counted(found.length - shown.length, 'more')} in the JSON output.</p>`,
    )}
  </details>`;
}

/** The section "Computers"; null = none was seen. */
export function computersSection(model: ReportModel, groups: readonly ComputerGroup[]): Html | null {
  const time = activityFigure(model);
  if (groups.length === 0 && time === null) return null;
  return html`<section id="computers" aria-labelledby="computers-title">
    <h2 id="computers-title">Computers, ways and times</h2>
    ${when(model.inventory !== null, () => html`<p>${inventoryText(model)}</p>`)}
    ${groups.length === 0 ? null : waysFigure(model, groups)} ${time}
    ${groups.length === 0 ? null : scrollBox('Groups of computers', groupsTable(model, groups))}
    ${specials(model)}
  </section>`;
}
