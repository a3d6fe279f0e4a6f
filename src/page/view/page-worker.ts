/** A worker made from the script that lies in the page as text; ended, nothing of it remains. */
import type { Answer, Request } from '../protocol.js';
import { element } from './elements.js';

export class PageWorker {
  readonly #worker: Worker;
  readonly #url: string;

  constructor(hear: (answer: Answer) => void) {
    const script = new Blob([element('worker').textContent ?? ''], { type: 'text/javascript' });
    this.#url = URL.createObjectURL(script);
    this.#worker = new Worker(this.#url, { name: 'portwitness' });
    this.#worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => hear(data));
    this.#worker.addEventListener('error', (event) => {
      event.preventDefault();
      const message = `internal error: ${event.message}\nThis is a bug in portwitness, or the browser gives the page no more memory.`;
      hear({ kind: 'failed', option: null, message });
    });
  }

  ask(request: Request): void {
    this.#worker.postMessage(request);
  }

  end(): void {
    this.#worker.terminate();
    URL.revokeObjectURL(this.#url);
  }
}
