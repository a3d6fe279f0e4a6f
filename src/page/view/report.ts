/** The report in the page: shown in a frame, opened in tabs, printed, saved. */
import { MARGINS_BEGIN, MARGINS_END } from '../../report/html/page-margins.js';
import { captureStem } from '../../cli/outputs/capture-stem.js';
import type { ReportAnswer, SaveRequest } from '../protocol.js';
import { SHARED_NAME } from '../saves.js';
import { element } from './elements.js';

/** How long a saved file's address is kept for the browser to take it, milliseconds. */
const TAKEN_AFTER_MS = 60_000;

export class Report {
  /** Of the first capture. */
  name = 'capture';
  #frame = element<HTMLIFrameElement>('report');
  /** As it is shown in the frame and in tabs. */
  #shown: Blob = new Blob([]);
  /** Windows that show it. */
  #tabs: Window[] = [];

  /** @param save asked to write what an option of the command line writes, under a name */
  constructor(save: (asked: Omit<SaveRequest, 'kind'>) => void) {
    element('tab').addEventListener('click', () => this.#openTab());
    element('print').addEventListener('click', () => this.#print());
    addEventListener('keydown', (event) => this.#onKey(event));
    for (const button of element('saves').querySelectorAll<HTMLButtonElement>('button[data-option]')) {
      const { option = '', ending = '' } = button.dataset;
      const shared = button.dataset['shared'] === 'yes';
      button.addEventListener('click', () => {
        element<HTMLDetailsElement>('saves').open = false;
        const stem = shared ? SHARED_NAME : captureStem(this.name);
        save({ option, name: `${stem}${ending}`, shared });
      });
    }
  }

  /** Resolves when the frame shows it. */
  async show({ html, sentence, warnings }: ReportAnswer): Promise<void> {
    const text = withoutMargins(await html.text());
    this.#shown = new Blob([text]);
    const frame = this.#renewFrame();
    await new Promise<void>((resolve) => {
      frame.addEventListener('load', () => resolve(), { once: true });
      written(frame, text);
    });
    frame.title = `Report of ${this.name}`;
    element('result-title').textContent = frame.title;
    frame.contentWindow?.addEventListener('keydown', (event) => this.#onKey(event));
    document.title = `${sentence} – portwitness`;
    element('warnings').replaceChildren();
    element('warnings').hidden = true;
    warnings.forEach((one) => this.warn(one));
  }

  /** Documents that show the report now. */
  *documents(): Generator<Document> {
    if (this.#frame.contentDocument !== null) yield this.#frame.contentDocument;
    for (const tab of this.#tabs) if (!tab.closed) yield tab.document;
  }

  focus(): void {
    this.#frame.focus();
  }

  warn(text: string): void {
    const row = document.createElement('li');
    row.textContent = text;
    element('warnings').append(row);
    element('warnings').hidden = false;
  }

  tell(text: string): void {
    element('told').textContent = text;
  }

  download(name: string, file: Blob): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), TAKEN_AFTER_MS);
  }

  clear(): void {
    this.#renewFrame();
    this.#shown = new Blob([]);
    this.#tabs = [];
    document.title = 'portwitness: which ports really work?';
  }

  /** Without what it showed, and without its history. */
  #renewFrame(): HTMLIFrameElement {
    const frame = this.#frame.cloneNode() as HTMLIFrameElement;
    this.#frame.replaceWith(frame);
    this.#frame = frame;
    return frame;
  }

  #openTab(): void {
    const url = URL.createObjectURL(new Blob([this.#shown], { type: 'text/html;charset=utf-8' }));
    const tab = window.open(url, '_blank');
    if (tab !== null) this.#tabs.push(tab);
    setTimeout(() => URL.revokeObjectURL(url), TAKEN_AFTER_MS);
  }

  #print(): void {
    this.#frame.contentWindow?.focus();
    this.#frame.contentWindow?.print();
  }

  /** The browser would print the page around the report. */
  #onKey(event: KeyboardEvent): void {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'p') return;
    if (document.documentElement.dataset['part'] !== 'result') return;
    event.preventDefault();
    this.#print();
  }
}

/**
 * Written, the document has the page's own address, and its links to places in it stay in it. In `srcdoc` they would
 * lead to the page: HTML Standard §2.4.1, the base address of about:srcdoc is its parent's.
 */
function written(frame: HTMLIFrameElement, text: string): void {
  const shown = frame.contentDocument;
  if (shown === null) throw new Error('the frame of the report has no document');
  shown.open();
  shown.write(text);
  shown.close();
}

/** The report without its page margins: each report has others, and the page's policy cannot know them. */
function withoutMargins(text: string): string {
  const from = text.indexOf(MARGINS_BEGIN);
  const to = text.indexOf(MARGINS_END, from);
  return from < 0 || to < 0 ? text : text.slice(0, from) + text.slice(to + MARGINS_END.length);
}
