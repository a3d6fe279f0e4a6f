/**
 * The report: one HTML file that requests nothing, runs nothing but its own small script, and is complete
 * without it. The order of its sections is the order in which a reader asks.
 */
import type { ReportModel } from '../model.js';
import type { Sink } from '../sink.js';
import { ruleLabels } from '../wording.js';
import { readAssets } from './assets.js';
import { banner } from './banner.js';
import { causesSection } from './causes.js';
import { writeEmbedded } from './embedded.js';
import { detailIndices, detailsTable, findingCards, MAX_HTML_FINDINGS } from './findings.js';
import { MAX_HTML_FLOWS, flowsSection } from './flows.js';
import { html, when } from './markup.js';
import type { Html } from './markup.js';
import { matrixSection, shownRows } from './matrix.js';
import { ICON_SYMBOLS } from './pieces.js';
import { provenanceSection } from './provenance.js';
import { qualitySection } from './quality.js';
import { observationsSection } from './observations.js';
import { notFoundSection, unexpectedSection } from './unexpected.js';

function navigation(causes: boolean): Html {
  return html`<nav aria-label="Sections">
    <ul>
      ${when(causes, () => html`<li><a href="#causes">Causes</a></li>`)}
      <li><a href="#quality">Quality</a></li>
      <li><a href="#matrix">Matrix</a></li>
      <li><a href="#findings">Findings</a></li>
      <li><a href="#observations">Payload</a></li>
      <li><a href="#unexpected">Unexpected</a></li>
      <li><a href="#not-found">Not found</a></li>
      <li><a href="#flows">Flows</a></li>
      <li><a href="#provenance">Provenance</a></li>
    </ul>
  </nav>`;
}

function title(model: ReportModel): Html {
  return html`<title>${model.summary.sentence} – portwitness</title>`;
}

async function writeAll(sink: Sink, pieces: Iterable<Html>): Promise<void> {
  for (const piece of pieces) await sink.write(piece.toString());
}

async function writeHead(model: ReportModel, sink: Sink): Promise<string> {
  const { style, script, policy } = readAssets();
  await sink.write(
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n' +
      `<meta http-equiv="Content-Security-Policy" content="${policy}">\n` +
      '<meta name="viewport" content="width=device-width, initial-scale=1">\n' +
      '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n' +
      `<meta name="generator" content="portwitness">\n${title(model).toString()}\n<style>${style}</style>\n</head>\n`,
  );
  return script;
}

/** Writes the whole page. Reads its style sheet and script from beside this module. */
export async function writeHtml(model: ReportModel, sink: Sink): Promise<void> {
  const rows = shownRows(model);
  const details = detailIndices(model, rows);
  const linked = new Set([...model.findings.slice(0, MAX_HTML_FINDINGS), ...details]);
  const flows = model.flows.worst(MAX_HTML_FLOWS);
  const causes = causesSection(model, linked);

  const script = await writeHead(model, sink);
  await sink.write('<body>\n<a class="skip" href="#main">Skip to the content</a>\n');
  await writeAll(sink, [
    ICON_SYMBOLS,
    html`<header class="top">
      <p class="brand">portwitness <span>port proof report</span></p>
      ${navigation(causes !== null)}
    </header> `,
  ]);
  await sink.write('<main id="main" tabindex="-1">\n');
  await writeAll(sink, [
    banner(model),
    ...(causes === null ? [] : [causes]),
    qualitySection(model),
    matrixSection(model, rows, linked),
  ]);
  await sink.write(
    '<section id="findings" aria-labelledby="findings-title">\n<h2 id="findings-title">Findings</h2>\n',
  );
  await writeAll(sink, findingCards(model));
  const others = detailsTable(model, details);
  if (others !== null) await sink.write(others.toString());
  await sink.write('</section>\n');
  await writeAll(sink, [observationsSection(model), unexpectedSection(model), notFoundSection(model)]);
  await writeAll(sink, [flowsSection(model, flows, ruleLabels(model.rules)), provenanceSection(model)]);
  await sink.write('</main>\n<footer><p>This file requests nothing from any network.</p></footer>\n');
  await writeEmbedded(model, sink, flows);
  await sink.write(`<script>${script}</script>\n</body>\n</html>\n`);
}
