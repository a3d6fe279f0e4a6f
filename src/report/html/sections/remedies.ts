/** What would mend a cause, folded; causes with the same fault share it, shown with the first of them. */
import type { RemedyGroupModel, RemedyModel, ReportModel, RuleModel } from '../../model/model.js';
import { count, counted } from '../../text/quantities.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { copyableWhole } from '../pieces/pieces.js';

/** Other forms of the same change: left out on paper, where nothing is copied. */
const ELSEWHERE: ReadonlySet<RemedyModel['kind']> = new Set(['nftables', 'azure_nsg']);

function change({ kind, title, where, text, note }: RemedyModel): Html {
  return html`<li class="${ELSEWHERE.has(kind) ? 'elsewhere' : 'here'}">
    <p><strong>${title}</strong>, ${where}:</p>
    <p>${copyableWhole(text)}</p>
    ${when(note !== '', () => html`<p class="note">${note}</p>`)}
  </li>`;
}

function changes(group: RemedyGroupModel, index: number): Html {
  const { computers, addressesOmitted } = group;
  return html`<details class="mend" id="m-${index}">
    <summary>The change that would mend it <span class="review">review before use</span></summary>
    ${when(
      computers > 1,
      () =>
        html`<p>
          ${counted(computers, 'computer')} ${computers === 1 ? 'has' : 'have'} this
          fault${
            addressesOmitted > 0
              ? `; the lines hold the first addresses only, the file of --changes holds all of ${count(addressesOmitted)}`
              : ''
          }.
        </p>`,
    )}
    <ul>
      ${group.remedies.map(change)}
    </ul>
  </details>`;
}

/** The changes of each group once; later causes with the same fault lead to them. */
export class ShownRemedies {
  private readonly model: ReportModel;
  private readonly shown = new Set<number>();

  constructor(model: ReportModel) {
    this.model = model;
  }

  /** @param remedy index into the report's remedies, -1 = none */
  of(remedy: number): Html | null {
    const group = this.model.remedies[remedy];
    if (group === undefined || group.remedies.length === 0) return null;
    if (this.shown.has(remedy)) {
      return html`<p class="mend-link">
        <a href="#m-${remedy}">The change that would mend it</a> is one for all computers with this fault.
      </p>`;
    }
    this.shown.add(remedy);
    return changes(group, remedy);
  }
}

/** Messages of the product by which an admin may know this finding; null = none is known. */
export function symptoms(rule: RuleModel | undefined): Html | null {
  if (rule === undefined || rule.symptoms.length === 0) return null;
  return html`<p class="symptoms">
    If the product says: ${rule.symptoms.map((text, i) => html`${i === 0 ? '' : ', '}<q>${text}</q>`)}
  </p>`;
}
