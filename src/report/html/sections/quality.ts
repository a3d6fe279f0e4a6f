/** What the capture is worth: judged before the traffic. */
import type { ReportModel } from '../../model/model.js';
import { measureText } from '../../text/wording.js';
import { html } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { brief, levelBadge } from '../pieces/pieces.js';

const ORDER = { serious: 0, warning: 1, note: 2, good: 3 } as const;

/** The section "Is the capture good enough?". */
export function qualitySection(model: ReportModel): Html {
  const items = [...model.quality].sort((a, b) => ORDER[a.level] - ORDER[b.level]);
  return html`<section id="quality" aria-labelledby="quality-title">
    <h2 id="quality-title">Quality of the capture</h2>
    ${
      items.length === 0
        ? html`<p>There is no remark about the capture itself.</p>`
        : html`<ul class="quality">
            ${items.map(
              (item) =>
                html`<li>
                  ${levelBadge(item.level)}
                  <div>
                    <p>${brief(item.text)}</p>
                    ${measureText(item) === '' ? null : html`<p class="measure">${measureText(item)}</p>`}
                    ${
                      item.consequence === ''
                        ? null
                        : html`<p class="consequence">
                            <strong>For the verdicts:</strong> ${brief(item.consequence)}
                          </p>`
                    }
                  </div>
                </li>`,
            )}
          </ul>`
    }
  </section>`;
}
