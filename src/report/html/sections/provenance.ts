/** Where the report comes from: everything that a stranger needs to trust or to repeat it. */
import type { CaptureModel, FirewallLogModel, ReportModel } from '../../model/model.js';
import { bytes, count, counted, utcSpan } from '../../text/quantities.js';
import { serverLine } from '../../text/ticket.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { command, icon, scrollBox, stampTag } from '../pieces/pieces.js';

/** Entries shown of each list that the input can make long. */
const MAX_LISTED = 100;

function interfaces({ interfaces: listed, interfacesOmitted: more }: CaptureModel): Html {
  return html`<ul>
    ${listed.map(
      (nic) =>
        html`<li>
          ${nic.name === '' ? 'unnamed' : nic.name}: ${nic.linkType}, snap length
          ${nic.snapLength === 0 ? 'unlimited' : count(nic.snapLength)}${
            nic.filter === '' ? null : html`, filter <code>${nic.filter}</code>`
          }${
            nic.received < 0 ? '' : `, ${count(nic.received)} received`
          }${nic.dropped < 0 ? '' : `, ${count(nic.dropped)} dropped`}
        </li>`,
    )}
    ${when(more > 0, () => html`<li>and ${counted(more, 'more interface')}</li>`)}
  </ul>`;
}

function plainList(texts: readonly string[]): Html {
  return html`<ul>
    ${texts.map((one) => html`<li>${one}</li>`)}
  </ul>`;
}

function captureItem(capture: CaptureModel): Html {
  const rows: (readonly [string, Html | string])[] = [
    ['SHA-256', html`<code class="hash">${capture.sha256}</code>`],
    ['Size and format', `${bytes(capture.sizeBytes)} (${count(capture.sizeBytes)} bytes), ${capture.format}`],
    ['Packets', `${count(capture.packets)}, ${utcSpan(capture.firstTime, capture.lastTime)}`],
    [
      'Read',
      capture.damage === null
        ? 'to its end, without damage'
        : html`${icon('degraded')}<strong>only to byte ${count(capture.damage.offset)}</strong>
            (${capture.damage.kind}): ${capture.damage.message}`,
    ],
    [
      'Captured with',
      [capture.application, capture.os].filter((text) => text !== '').join(', on ') || 'not said',
    ],
    ['Interfaces', interfaces(capture)],
  ];
  const { trace } = capture;
  if (trace !== null) rows.push(['Event trace', plainList(trace.notes)]);
  const comments = capture.comments.slice(0, MAX_LISTED);
  return html`<h3 class="path">${capture.path}</h3>
    <dl class="rows">
      ${rows.map(
        ([name, value]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
      ${when(
        comments.length > 0,
        () =>
          html`<div>
            <dt>Comments</dt>
            <dd>${plainList(comments)}</dd>
          </div>`,
      )}
    </dl>`;
}

function logItem(log: FirewallLogModel): Html {
  return html`<h3 class="path">${log.path}</h3>
    <dl class="rows">
      <div>
        <dt>SHA-256</dt>
        <dd><code class="hash">${log.sha256}</code></dd>
      </div>
      <div>
        <dt>Firewall log</dt>
        <dd>${plainList(log.notes)}</dd>
      </div>
    </dl>`;
}

function packsTable(model: ReportModel): Html {
  return html`<table>
    <caption>
      Rule packs
    </caption>
    <thead>
      <tr>
        <th scope="col">Pack</th>
        <th scope="col">Source</th>
        <th scope="col" class="num">Rules</th>
        <th scope="col">SHA-256</th>
      </tr>
    </thead>
    <tbody>
      ${model.packs.map(
        (pack) =>
          html`<tr>
            <th scope="row">${pack.id}<br /><span class="sub">${pack.title}</span></th>
            <td>${pack.source}</td>
            <td class="num">${pack.rules}</td>
            <td><code class="hash">${pack.sha256}</code></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function limits(model: ReportModel): Html {
  return model.limits.length === 0
    ? html`<p>No limit was reached.</p>`
    : html`<ul class="plain">
        ${model.limits
          .slice(0, MAX_LISTED)
          .map(
            (limit) =>
              html`<li>
                <strong>${limit.name}</strong>${limit.limit === 0 ? '' : ` (${count(limit.limit)})`}: reached
                ${counted(limit.count, 'time')}. ${limit.means}
              </li>`,
          )}
      </ul>`;
}

function weirds(model: ReportModel): Html {
  return model.weirds.length === 0
    ? html`<p>No malformed packet was met.</p>`
    : html`<ul class="plain">
        ${model.weirds
          .slice(0, MAX_LISTED)
          .map(({ name, count: n }) => html`<li><code>${name}</code>: ${counted(n, 'time')}</li>`)}
      </ul>`;
}

/** The section "Provenance". */
export function provenanceSection(model: ReportModel): Html {
  const { version, node, platform } = model.generator;
  return html`<section id="provenance" aria-labelledby="provenance-title">
    <h2 id="provenance-title">Provenance</h2>
    <dl class="rows">
      <div>
        <dt>Made by</dt>
        <dd>portwitness ${version}, ${/^v\d/.test(node) ? `Node.js ${node}` : node}, ${platform}</dd>
      </div>
      <div>
        <dt>Made at</dt>
        <dd>${stampTag(model.generatedAt)}; all times here are UTC, the machine is in ${model.timeZone}</dd>
      </div>
      <div>
        <dt>Command line</dt>
        <dd>${command(model.commandLine)}</dd>
      </div>
      <div>
        <dt>This server</dt>
        <dd>${serverLine(model)}</dd>
      </div>
      <div>
        <dt>Complete</dt>
        <dd>${model.interrupted === '' ? 'yes, the whole input was read' : model.interrupted}</dd>
      </div>
    </dl>
    ${model.captures.slice(0, MAX_LISTED).map(captureItem)}
    ${when(
      model.captures.length > MAX_LISTED,
      () => html`<p class="capped">${MAX_LISTED} of ${count(model.captures.length)} files shown.</p>`,
    )}
    ${(model.firewallLogs ?? []).slice(0, MAX_LISTED).map(logItem)}
    <h3>Rules</h3>
    ${scrollBox('Rule packs', packsTable(model))}
    ${when(
      model.inventory !== null,
      () =>
        html`<p>
          List of computers: <span class="path">${model.inventory?.path ?? ''}</span>, SHA-256
          <code class="hash">${model.inventory?.sha256 ?? ''}</code>
        </p>`,
    )}
    <h3>Limits that were reached</h3>
    ${limits(model)}
    <h3>Malformed packets</h3>
    ${weirds(model)}
  </section>`;
}
