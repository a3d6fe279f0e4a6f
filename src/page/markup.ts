/** The page's own markup: what a first visitor reads, the form, and where progress and report appear. */
import { ANALYZE } from '../cli/options/command-help.js';
import { html, textLines } from '../report/html/pieces/markup.js';
import type { Html } from '../report/html/pieces/markup.js';
import { MAPPING, SAVES } from './saves.js';
import type { Save } from './saves.js';

/** Options of the command line that the form asks for, in words; the others lie behind "More options". */
const FIRST_OPTIONS = {
  server: 'This server',
  'agent-port': 'Port of the agents',
  'server-port': 'Port of the server',
};
const MORE_OPTIONS = {
  'answer-wait': 'Silence counts after',
  'etl-component': 'Component of an .etl',
  'firewall-log-zone': 'Time zone of a firewall log',
  threshold: 'Thresholds',
  'fail-on': 'What counts as failed',
  'max-flows': 'Flows in memory',
  'max-decompressed': 'Decompressed at most',
  'json-schema': 'Version of the JSON',
};

const PKTMON = ['pktmon start --capture --pkt-size 0 --file-name ua.etl', 'pktmon stop'];
const NETSH = [
  'netsh trace start capture=yes report=disabled maxsize=2048 tracefile=C:\\ua.etl',
  'netsh trace stop',
];

/** For a browser that runs no script of today, such as Internet Explorer: visible until the script has begun. */
export function cannotRun(): Html {
  return html`<div id="cannot">
    <h1>portwitness</h1>
    <p>
      This page cannot run in this browser (Internet Explorer, a very old one, or one without scripts). Open
      it in Microsoft Edge, Chrome or Firefox, or run portwitness.exe, which needs no browser.
    </p>
  </div>`;
}

function field([name, words]: readonly [string, string]): Html {
  const option = ANALYZE.options.find((one) => one.name === name);
  if (option === undefined) throw new Error(`analyze has no option ${name}`);
  const inWords = option.help.replace(
    /; may be repeated|repeat it or separate by commas/,
    'several separated by commas',
  );
  return html`<div class="field">
    <label for="option-${name}">${words} <code>--${name}</code></label>
    <input
      id="option-${name}"
      name="${name}"
      placeholder="${option.value}"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      aria-describedby="help-${name}"
    />
    <p class="help" id="help-${name}">${inWords}</p>
  </div>`;
}

function intro(): Html {
  return html`<h1>Which ports really work?</h1>
    <p class="lead">
      portwitness reads packet captures that were taken on a Netwrix Auditor Server and proves, for each
      monitored computer, which ports that User Activity needs work, which do not, and who has to act. All of
      it happens in this page: no file and no result leaves this computer, and no network is needed. Drop a
      capture below; if there is none yet, take one on the server as described under it.
    </p>`;
}

function form(): Html {
  return html`<form id="form" novalidate>
    <div class="drop" id="drop">
      <p class="drop-title" id="drop-title">Drop captures here</p>
      <input id="pick" class="heard" type="file" multiple aria-describedby="drop-title kinds" />
      <label for="pick">Choose files</label>
      <p class="help" id="kinds">
        Captures: pcap, pcapng, .etl of pktmon or netsh, also compressed by gzip or zstd; several are one
        timeline. A .csv is the list of computers that should appear (--hosts), a .yaml a rule pack of your
        own (--rules), a .log or .xml what the Windows firewall logged (--firewall-log).
      </p>
      <ul id="files" aria-label="Chosen files"></ul>
    </div>
    <div class="fields">${Object.entries(FIRST_OPTIONS).map(field)}</div>
    <details>
      <summary>More options</summary>
      <div class="fields">${Object.entries(MORE_OPTIONS).map(field)}</div>
    </details>
    <p class="error" id="error" role="alert" tabindex="-1" hidden></p>
    <p><button type="submit" id="analyse" class="first">Analyse</button></p>
  </form>`;
}

function recipe(): Html {
  return html`<section aria-labelledby="recipe">
    <h2 id="recipe">How to capture</h2>
    <p>
      On the Netwrix Auditor Server, in a command prompt of an administrator, for at least 15 minutes, in
      which every agent is heard of:
    </p>
    <pre>${textLines(PKTMON)}</pre>
    <p>Windows Server 2016 has no pktmon:</p>
    <pre>${textLines(NETSH)}</pre>
    <p>The .etl is read as it is. A capture of Wireshark, dumpcap or tcpdump serves as well.</p>
  </section>`;
}

function running(): Html {
  return html`<main id="running" aria-labelledby="running-title" hidden>
    <h1 id="running-title" tabindex="-1">Analysing</h1>
    <p id="running-files"></p>
    <progress id="progress" max="1" aria-label="Progress of the analysis"></progress>
    <p id="progress-text">Starting …</p>
    <p><button type="button" id="cancel">Cancel</button></p>
  </main>`;
}

function saveButton({ option, label, ending }: Save, shared: 'yes' | 'no'): Html {
  return html`<button type="button" data-option="${option}" data-ending="${ending}" data-shared="${shared}">
    ${label}
  </button>`;
}

function result(): Html {
  return html`<main id="result" aria-labelledby="result-title" hidden>
    <h1 class="heard" id="result-title">Report</h1>
    <div class="tools">
      <button type="button" id="again">New analysis</button>
      <button type="button" id="tab">Open in a tab</button>
      <button type="button" id="print">Print</button>
      <details id="saves">
        <summary>Save</summary>
        <div class="saves">
          <section aria-labelledby="saves-shared">
            <h2 id="saves-shared">To hand on: pseudonyms instead of names and addresses</h2>
            <ul>
              ${[...SAVES, MAPPING].map((save) => html`<li>${saveButton(save, 'yes')}</li>`)}
            </ul>
          </section>
          <section aria-labelledby="saves-plain">
            <h2 id="saves-plain">With the real names and addresses</h2>
            <ul>
              ${SAVES.map((save) => html`<li>${saveButton(save, 'no')}</li>`)}
            </ul>
          </section>
        </div>
      </details>
      <p id="told"></p>
    </div>
    <ul id="warnings" hidden></ul>
    <iframe id="report" title="Report"></iframe>
  </main>`;
}

/** What stands in the body before the scripts. @param notices licences of the packages that are part of the page */
export function pageBody(version: string, notices: string): Html {
  return html`${cannotRun()}
    <div id="app" hidden>
      <header class="top">
        <p class="brand">portwitness <span>${version}, in this page alone: nothing is sent</span></p>
      </header>
      <main id="start">
        ${intro()} ${form()} ${recipe()}
        <details class="notices">
          <summary>Licences of the parts of this page</summary>
          <pre>${textLines(notices.split('\n'))}</pre>
        </details>
      </main>
      ${running()} ${result()}
      <p id="status" class="heard" role="status"></p>
    </div>`;
}
