/** What must be known before anything else on the page is read: one line each, at its top. */
import type { Verdict } from '../../../verdict/words/words.js';
import type { ReportModel } from '../../model/model.js';
import { html } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { brief, icon } from '../pieces/pieces.js';

export interface Notice {
  /** Whose icon and colour it has. */
  readonly look: Verdict;
  /** A word or three, shown before the text. */
  readonly title: string;
  readonly text: string;
}

/** In the order in which they are shown. A new kind of notice is a line here. */
export function noticesOf(model: ReportModel): readonly Notice[] {
  const found: Notice[] = [];
  if (model.interrupted !== '')
    found.push({ look: 'degraded', title: 'Not complete', text: model.interrupted });
  if (model.shared !== undefined)
    found.push({
      look: 'working',
      title: 'Shared report',
      text: `${model.shared.replaced} ${model.shared.kept}`,
    });
  return found;
}

export function noticeLines(model: ReportModel): readonly Html[] {
  return noticesOf(model).map(
    ({ look, title, text }) =>
      html`<p class="notice ${look}">${icon(look)}<strong>${title}:</strong> ${brief(text)}</p>`,
  );
}
