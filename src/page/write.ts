/**
 * The page: one HTML file with everything in it, under a policy that allows its own script and style, those of the
 * report that it shows, workers made from its own text, and no request at all (CSP Level 3 §2.3.1 hash-source). What it
 * shows inherits the policy, so the report's hashes stand in it.
 */
import { hashSource, readAssets, textAsset } from '../report/html/assets.js';
import { pageBody } from './markup.js';

/** What the build makes of the parts below, for `portwitness page`. */
export const PAGE_ASSET = 'page/portwitness.html';
/** The parts, there while the page is built: the scripts, the licences of their parts, and which assets the analysis reads. */
const VIEW = 'page/view.js';
const WORKER = 'page/worker.js';
const NOTICES = 'page/notices.txt';
const ASSET_LIST = 'page/assets.json';
const STYLE = 'page/page.css';

/** The text of the page. @throws Error when the program was built without it */
export function pageText(version: string): string {
  const report = readAssets();
  const style = textAsset(STYLE);
  const view = inScript(textAsset(VIEW));
  const worker = inScript(textAsset(WORKER));
  const names = JSON.parse(textAsset(ASSET_LIST)) as readonly string[];
  const assets = JSON.stringify(Object.fromEntries(names.map((name) => [name, textAsset(name)])));
  const policy = [
    "default-src 'none'",
    `script-src ${hashSource(view)} ${hashSource(report.script)}`,
    `style-src ${hashSource(style)} ${hashSource(report.style)}`,
    'worker-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return [
    '<!DOCTYPE html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    '<meta name="referrer" content="no-referrer">',
    '<title>portwitness: which ports really work?</title>',
    `<style>${style}</style>`,
    '</head>',
    `<body data-version="${version}">`,
    pageBody(version, textAsset(NOTICES)).toString(),
    `<script type="application/json" id="assets">${assets.replaceAll('<', '\\u003c')}</script>`,
    `<script type="text/plain" id="worker">${worker}</script>`,
    `<script type="module">${view}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

/** What would begin or end a script inside a script stands in strings only: HTML Standard §13.2.5.4 and following. */
function inScript(code: string): string {
  return code.replaceAll('<!--', '\\x3c!--').replaceAll(/<(\/?script)/gi, '\\x3c$1');
}
