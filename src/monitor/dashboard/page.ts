/**
 * The page of the dashboard: complete without its script, which only keeps it up to date. Style and script stand
 * in the page and are allowed by their hashes; the policy allows nothing else but to connect to where the page
 * came from (CSP Level 3 §2.3.1, Trusted Types).
 */
import { hashSource, sharedStyle, textAsset } from '../../report/html/assets.js';
import { Html, html } from '../../report/html/pieces/markup.js';
import { ICON_SYMBOLS, badge, scrollBox } from '../../report/html/pieces/pieces.js';
import { VERDICT_WORDING } from '../../report/text/wording.js';
import { VERDICTS } from '../../verdict/words/words.js';
import type { Picture } from './picture.js';
import type { View } from './view.js';
import { MAX_FILTER } from './view.js';

export interface PageAssets {
  readonly style: string;
  readonly script: string;
  /** The value of the Content-Security-Policy header. */
  readonly policy: string;
}

/** Reads style and script, once. */
export function readPageAssets(): PageAssets {
  const sheets = ['tables', 'dashboard'].map((name) => textAsset(`monitor/dashboard/${name}.css`));
  const style = sharedStyle() + sheets.join('');
  const script = textAsset('monitor/dashboard/dashboard.client.js');
  const policy = [
    "default-src 'none'",
    `style-src ${hashSource(style)}`,
    `script-src ${hashSource(script)}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types portwitness',
  ].join('; ');
  return { style, script, policy };
}

/** What the page offers beside the picture. */
export interface PageLinks {
  readonly report: boolean;
  readonly metrics: boolean;
  /** That the monitor does not keep its pace, a sentence; '' = it does. */
  readonly late: string;
}

function part(picture: Picture, name: string): Html {
  return new Html(picture.parts.get(name) ?? '');
}

function rows(picture: Picture, name: string): Html {
  return new Html((picture.lists.get(name) ?? []).map((row) => row.html).join('\n'));
}

function verdictSection(picture: Picture): Html {
  return html`<section class="banner ${picture.status}" id="verdict" aria-labelledby="sentence">
    <p class="status" data-part="status">${part(picture, 'status')}</p>
    <h1 id="sentence" data-part="sentence">${part(picture, 'sentence')}</h1>
    <p class="sr" role="status" data-part="spoken">${part(picture, 'spoken')}</p>
    <ul class="tally" aria-label="Verdicts of the required rules in numbers" data-part="tally">
      ${part(picture, 'tally')}
    </ul>
  </section>`;
}

function filterForm(view: View): Html {
  return html`<form class="filter bar" id="filter-form" role="search" method="get" action="./">
    <label for="filter">Show only what contains</label>
    <input
      id="filter"
      name="q"
      type="search"
      autocomplete="off"
      spellcheck="false"
      maxlength="${MAX_FILTER}"
      value="${view.filter}"
    />
    <button id="filter-button">Filter</button>
    <span class="sub">computer, rule, verdict or reason</span>
  </form>`;
}

interface TableText {
  readonly id: string;
  readonly title: string;
  readonly caption: string;
  readonly className: string;
  readonly head: Html;
  readonly below?: Html;
}

function tableSection(picture: Picture, { id, title, caption, className, head, below }: TableText): Html {
  const table = html`<table class="${className}">
    <caption>
      ${caption}
    </caption>
    <thead data-part="${id}-head">
      ${head}
    </thead>
    <tbody data-list="${id}">
      ${rows(picture, id)}
    </tbody>
  </table>`;
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <div data-part="${id}-note">${part(picture, `${id}-note`)}</div>
    ${scrollBox(title, table)}${below ?? null}
  </section>`;
}

function legend(): Html {
  return html`<ul class="legend" aria-label="What the verdicts mean">
    ${VERDICTS.filter((verdict) => verdict !== 'unknown').map(
      (verdict) => html`<li>${badge(verdict)} ${VERDICT_WORDING[verdict].means}</li>`,
    )}
  </ul>`;
}

function headings(...names: readonly string[]): Html {
  return html`<tr>
    ${names.map((name) => html`<th scope="col">${name}</th>`)}
  </tr>`;
}

const NAVIGATION = [
  ['causes', 'Causes'],
  ['quality', 'Capture'],
  ['attention', 'Attention'],
  ['matrix', 'Matrix'],
  ['changes', 'Changes'],
  ['traffic', 'Traffic'],
] as const;

function header({ report, metrics, late }: PageLinks): Html {
  return html`<header class="top">
    <p class="brand">portwitness <span>live</span></p>
    <nav aria-label="Sections">
      <ul>
        ${NAVIGATION.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
        ${report ? html`<li><a href="report">Full report</a></li>` : null}
        ${metrics ? html`<li><a href="metrics">Metrics</a></li>` : null}
      </ul>
    </nav>
    <p class="connection${late === '' ? '' : ' lost'}" id="connection" role="status">
      ${late} <noscript>Without JavaScript this page stays as it is: <a href="">load it again</a>.</noscript>
    </p>
  </header>`;
}

function sections(picture: Picture, view: View): readonly Html[] {
  return [
    verdictSection(picture),
    tableSection(picture, {
      id: 'causes',
      title: 'Causes',
      caption: 'Each is one thing to mend, the most serious first; times are UTC',
      className: 'causes-table',
      head: headings('Cause', 'Computers', 'Who', 'Do this'),
    }),
    html`<section id="quality" aria-labelledby="quality-title">
      <h2 id="quality-title">Quality of the capture</h2>
      <dl class="facts" data-part="facts">${part(picture, 'facts')}</dl>
      <div data-part="quality">${part(picture, 'quality')}</div>
      <h3>What happened to the capture</h3>
      <div data-part="incidents">${part(picture, 'incidents')}</div>
    </section>`,
    filterForm(view),
    tableSection(picture, {
      id: 'attention',
      title: 'Needs attention',
      caption: 'Required rules first; times are UTC',
      className: 'rows-table',
      head: headings('Verdict', 'Computer', 'Rule', 'Since', 'Why'),
    }),
    tableSection(picture, {
      id: 'matrix',
      title: 'Computers and rules',
      caption: 'One verdict for each computer and rule, and since when (UTC)',
      className: 'matrix',
      head: part(picture, 'matrix-head'),
      below: legend(),
    }),
    tableSection(picture, {
      id: 'changes',
      title: 'Changes',
      caption: 'Times are those of the packets, UTC',
      className: 'rows-table',
      head: headings('Time', 'Computer', 'Rule', 'Change', 'Why'),
    }),
    html`<section id="traffic" aria-labelledby="traffic-title">
      <h2 id="traffic-title">Traffic and drops</h2>
      <div class="charts" data-part="charts">${part(picture, 'charts')}</div>
    </section>`,
  ];
}

/** The whole document. */
export function pageText(picture: Picture, view: View, links: PageLinks, assets: PageAssets): string {
  return [
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">',
    html`<title>${picture.title} – portwitness live</title>`,
    `<style>${assets.style}</style>\n</head>\n<body>`,
    html`<a class="skip" href="#main">Skip to the content</a>`,
    ICON_SYMBOLS,
    header(links),
    '<main id="main" tabindex="-1">',
    ...sections(picture, view),
    '</main>\n<footer><p>portwitness only listens: it never sends a packet to what it watches.</p></footer>',
    `<script>${assets.script}</script>\n</body>\n</html>\n`,
  ].join('\n');
}
