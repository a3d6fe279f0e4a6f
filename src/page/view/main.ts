/** The page's script: chosen files and options in, progress, report and saved files out. */
import type { Answer, SaveRequest } from '../protocol.js';
import { fillInDigests } from './digests.js';
import { element, show } from './elements.js';
import { FileList } from './file-list.js';
import { optionsOf } from './form.js';
import { Report } from './report.js';
import { PageWorker } from './page-worker.js';
import { MAPPING } from '../saves.js';

/** What the page needs beyond modules; older browsers keep the sentence that they cannot run it. */
function canRun(): boolean {
  return 'arrayBuffer' in Blob.prototype && 'at' in Array.prototype && 'replaceAll' in String.prototype;
}

/** What to keep is said of the mapping, which comes with what may be handed on. */
function savedText(names: readonly string[]): string {
  const mapping = names.find((name) => name.endsWith(MAPPING.ending));
  const keep = `Keep ${mapping}: it alone tells what stands for what.`;
  return `Saved: ${names.join(', ')}.${mapping === undefined ? '' : ` ${keep}`}`;
}

/** The analysis, the digests, and the browser that reads for both; with fewer the report comes first. */
const CORES_FOR_BOTH = 4;

class Page {
  readonly #files = new FileList();
  readonly #report = new Report((save) => this.#save(save));
  #analysis: PageWorker | null = null;
  #digest: PageWorker | null = null;
  /** The captures, in their order. */
  #hashed: readonly Blob[] = [];
  /** Digests of the captures, once they are known. */
  #digests: readonly string[] | null = null;
  /** Saves that wait for the digests. */
  #waiting: (() => void)[] = [];
  #placeholders: readonly string[] = [];

  begin(): void {
    element('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#start();
    });
    element('cancel').addEventListener('click', () => this.#cancel());
    element('again').addEventListener('click', () => this.#again());
    element('cannot').remove();
    show('app', true);
  }

  #start(): void {
    const captures = this.#files.captures();
    if (captures.length === 0) {
      this.#refuse('Choose a capture first: drop its file here.');
      return;
    }
    this.#digests = null;
    this.#waiting = [];
    this.#placeholders = [];
    this.#hashed = captures.map((name) => this.#files.file(name));
    this.#analysis = new PageWorker((answer) => this.#hear(answer));
    this.#analysis.ask({
      kind: 'analyse',
      files: this.#files.all(),
      captures,
      options: { ...optionsOf(), ...this.#files.options() },
      assets: JSON.parse(element('assets').textContent ?? '{}') as Record<string, string>,
      version: document.body.dataset['version'] ?? '',
    });
    if (navigator.hardwareConcurrency >= CORES_FOR_BOTH) this.#startDigest();
    this.#report.name = captures[0] ?? 'capture';
    element('running-files').textContent = captures.join(', ');
    element('progress-text').textContent = 'Starting …';
    element<HTMLProgressElement>('progress').removeAttribute('value');
    this.#tell('');
    this.#turnTo('running');
    element('running-title').focus();
    this.#say('Analysing.');
  }

  #startDigest(): void {
    this.#digest = new PageWorker((answer) => this.#hearDigest(answer));
    this.#digest.ask({ kind: 'digest', captures: this.#hashed });
  }

  #hear(answer: Answer): void {
    switch (answer.kind) {
      case 'progress':
        element('progress-text').textContent = answer.text;
        if (answer.share !== null) element<HTMLProgressElement>('progress').value = answer.share;
        return;
      case 'report':
        this.#placeholders = answer.placeholders;
        if (this.#digest === null && this.#digests === null) this.#startDigest();
        void this.#report.show(answer).then(() => {
          this.#turnTo('result');
          this.#report.focus();
          this.#say(`The report is ready: ${answer.sentence}`);
          if (this.#digests === null) this.#tell('SHA-256 is being computed.');
          this.#fillIn();
        });
        return;
      case 'saved':
        for (const { name, file } of answer.files) this.#report.download(name, file);
        this.#tell(
          answer.files.length === 0
            ? 'There is nothing to save: the report holds none of it.'
            : savedText(answer.files.map(({ name }) => name)),
        );
        return;
      case 'warning':
        this.#report.warn(answer.message);
        return;
      case 'failed':
        if (answer.option === null) this.#fail(answer.message);
        else this.#tell(`--${answer.option} was not written: ${answer.message}`);
        return;
      case 'digested':
    }
  }

  #hearDigest(answer: Answer): void {
    if (answer.kind === 'progress' && this.#placeholders.length > 0) {
      this.#report.tell(`SHA-256 is being computed: ${Math.floor((answer.share ?? 0) * 100)} %`);
    }
    if (answer.kind === 'failed') this.#tell(`SHA-256 could not be computed: ${answer.message}`);
    if (answer.kind !== 'digested' && answer.kind !== 'failed') return;
    this.#digests = answer.kind === 'digested' ? answer.sha256 : [];
    this.#digest?.end();
    this.#digest = null;
    this.#fillIn();
  }

  /** Once both are there: the report and the digests. */
  #fillIn(): void {
    if (this.#digests === null || this.#placeholders.length === 0) return;
    this.#analysis?.ask({ kind: 'digests', sha256: this.#digests });
    const digests = this.#digests;
    for (const shown of this.#report.documents()) fillInDigests(shown, this.#placeholders, digests);
    this.#tell('');
    for (const save of this.#waiting.splice(0)) save();
  }

  #save(asked: Omit<SaveRequest, 'kind'>): void {
    const { name } = asked;
    const save = (): void => {
      this.#tell(`Writing ${name} …`);
      this.#analysis?.ask({ kind: 'save', ...asked });
    };
    if (this.#digests !== null) return save();
    // What is saved holds them.
    this.#tell(`${name} is saved as soon as the SHA-256 is there.`);
    this.#waiting.push(save);
  }

  #cancel(): void {
    this.#endWorkers();
    this.#turnTo('start');
    element('analyse').focus();
    this.#say('Cancelled: nothing was kept.');
  }

  #again(): void {
    this.#endWorkers();
    this.#report.clear();
    this.#turnTo('start');
    element('pick').focus();
  }

  #fail(message: string): void {
    this.#endWorkers();
    this.#turnTo('start');
    this.#refuse(message);
  }

  #refuse(message: string): void {
    const error = element('error');
    error.textContent = message;
    error.hidden = false;
    error.focus();
  }

  #endWorkers(): void {
    this.#analysis?.end();
    this.#digest?.end();
    this.#analysis = null;
    this.#digest = null;
  }

  #turnTo(part: 'start' | 'running' | 'result'): void {
    for (const one of ['start', 'running', 'result'] as const) show(one, one === part);
    element('error').hidden = true;
    document.documentElement.dataset['part'] = part;
  }

  /** Beside the report's buttons, and heard by screen readers. */
  #tell(text: string): void {
    this.#report.tell(text);
    this.#say(text);
  }

  #say(text: string): void {
    element('status').textContent = text;
  }
}

if (canRun()) new Page().begin();
