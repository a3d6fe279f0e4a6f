/** The labels of the program's words, hidden in the page for its script, so that they stand in one place of the source. */
import { html } from './markup.js';
import type { Html } from './markup.js';
import { CLASS_WORDING, CONFIDENCE_WORDING, LOCATION_WORDING, OUTCOME_WORDING } from '../../text/wording.js';

function labels(
  kind: string,
  wording: Readonly<Record<string, { readonly label: string }>>,
): readonly Html[] {
  return Object.entries(wording).map(
    ([name, { label }]) =>
      html`<dt>${kind} ${name}</dt>
        <dd>${label}</dd>`,
  );
}

/** A list that nobody sees. */
export function hiddenWords(): Html {
  const places = Object.entries(LOCATION_WORDING).map(([name, label]) => [name, { label }] as const);
  const confidences = Object.entries(CONFIDENCE_WORDING).map(
    ([name, { label, means }]) => [name, { label: `${label}: ${means}.` }] as const,
  );
  return html`<dl id="words" hidden>
    ${labels('outcome', OUTCOME_WORDING)} ${labels('class', CLASS_WORDING)}
    ${labels('location', Object.fromEntries(places))} ${labels('confidence', Object.fromEntries(confidences))}
  </dl> `;
}
