/**
 * The report: one HTML file that requests nothing, runs nothing but its own small script, and is complete
 * without it. The order of its sections is the order in which a reader asks.
 */
import { matrixRows } from '../text/matrix.js';
import type { MatrixRow } from '../text/matrix.js';
import type { ReportModel } from '../model/model.js';
import type { Sink } from '../write/sink.js';
import { ticketLines } from '../text/ticket.js';
import { ruleLabels } from '../text/wording.js';
import { answerSection, answerText } from './sections/answer.js';
import { readAssets, reportPolicy } from './assets.js';
import { MARGINS_BEGIN, MARGINS_END, pageMargins } from './page-margins.js';
import { causesSection } from './sections/causes.js';
import { computersSection } from './sections/computers.js';
import { writeEmbedded } from './pieces/embedded.js';
import { evidenceSection } from './sections/evidence.js';
import { MAX_HTML_FLOWS, flowsSection } from './sections/flows.js';
import { groupsOf } from './pieces/groups.js';
import { howToSection } from './sections/how-to.js';
import { html, textLines, when } from './pieces/markup.js';
import type { Html } from './pieces/markup.js';
import { cellNamesOf, matrixSection, staticRows } from './sections/matrix.js';
import { ICON_SYMBOLS } from './pieces/pieces.js';
import { provenanceSection } from './sections/provenance.js';
import { qualitySection } from './sections/quality.js';
import { observationsSection } from './sections/observations.js';
import { notFoundSection, unexpectedSection } from './sections/unexpected.js';
import { hiddenWords } from './pieces/words.js';

function navigation(causes: boolean, computers: boolean): Html {
  return html`<nav aria-label="Sections">
    <ul>
      <li><a href="#matrix">Matrix</a></li>
      ${when(causes, () => html`<li><a href="#causes">Causes</a></li>`)}
      ${when(computers, () => html`<li><a href="#computers">Computers</a></li>`)}
      <li><a href="#unexpected">Unexpected</a></li>
      <li><a href="#flows">Flows</a></li>
      <li><a href="#provenance">Provenance</a></li>
      <li><a href="#how-to-read">How to read this report</a></li>
    </ul>
  </nav>`;
}

async function writeHead(model: ReportModel, rows: readonly MatrixRow[], sink: Sink): Promise<string> {
  const assets = readAssets();
  const margins = pageMargins(model);
  await sink.write(
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n' +
      `<meta http-equiv="Content-Security-Policy" content="${reportPolicy(assets, margins)}">\n` +
      '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
      '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n' +
      '<meta name="generator" content="portwitness">\n' +
      html`<title>${answerText(model, rows)} – portwitness</title>`.toString() +
      '\n<style>',
  );
  // What is the same in every report is a piece of its own: the gate of share mode passes over it.
  await sink.write(assets.style);
  await sink.write(`</style>\n${MARGINS_BEGIN}${margins}${MARGINS_END}\n</head>\n`);
  return assets.script;
}

function ticketSection(model: ReportModel): Html {
  return html`<section id="ticket" class="ticket" aria-labelledby="ticket-title">
    <h2 id="ticket-title">Text for a support ticket</h2>
    <details>
      <summary>The whole result in plain lines</summary>
      <pre id="ticket-text" tabindex="0" role="group" aria-label="Text for a support ticket">
${textLines(ticketLines(model))}</pre>
    </details>
  </section> `;
}

/** Writes the whole page. Reads its style sheet and script from beside this module. */
export async function writeHtml(model: ReportModel, sink: Sink): Promise<void> {
  const rows = matrixRows(model, Infinity);
  const shown = staticRows(model, rows);
  const label = ruleLabels(model.rules);
  const groups = groupsOf(model, rows);
  const flows = model.flows.worst(MAX_HTML_FLOWS);
  const causes = causesSection(model, cellNamesOf(model, shown), label);
  const computers = computersSection(model, groups);
  const write = async (part: Html | null): Promise<void> => {
    if (part !== null) await sink.write(part.toString());
  };

  const script = await writeHead(model, rows, sink);
  await sink.write('<body>\n<a class="skip" href="#main">Skip to the content</a>\n');
  await write(ICON_SYMBOLS);
  await write(
    html`<header class="top">
      <p class="brand">portwitness <span>port proof report</span></p>
      ${navigation(causes !== null, computers !== null)}
    </header> `,
  );
  await sink.write('<main id="main" tabindex="-1">\n');
  await write(answerSection(model, rows));
  await write(matrixSection(model, shown));
  await write(causes);
  await write(computers);
  await write(unexpectedSection(model));
  await write(observationsSection(model));
  await write(notFoundSection(model));
  await write(qualitySection(model));
  await write(flowsSection(model, flows, label));
  await write(provenanceSection(model));
  await write(howToSection());
  await write(ticketSection(model));
  await write(evidenceSection(model, shown, label));
  await write(hiddenWords());
  await sink.write('</main>\n<footer><p>This file requests nothing from any network.</p></footer>\n');
  await writeEmbedded(model, sink, flows);
  await sink.write('<script>');
  await sink.write(script);
  await sink.write('</script>\n</body>\n</html>\n');
}
