/**
 * The page's worker, one script for two tasks: the analysis with all that is saved of it, and in a second worker
 * beside it the digests of the captures.
 */
import { KNOWN_ERRORS } from '../cli/console/known-errors.js';
import { browserPlatform } from '../platform/browser/browser.js';
import { digestOf } from '../platform/browser/digest.js';
import { browserEnvironment } from '../platform/browser/environment.js';
import type { NavigatorText } from '../platform/browser/environment.js';
import { installPlatform } from '../platform/platform.js';
import { PageAnalysis } from './analysis.js';
import type { AnalyseRequest, Answer, DigestRequest, Request, SaveRequest } from './protocol.js';

/** Of a worker's global scope, what is used: HTML Standard §10.2. */
interface WorkerScope {
  onmessage: ((event: { readonly data: Request }) => void) | null;
  postMessage(answer: Answer): void;
  readonly navigator: NavigatorText;
}

const scope = globalThis as unknown as WorkerScope;
let analysis: PageAnalysis | null = null;

scope.onmessage = ({ data }) => {
  const option = data.kind === 'save' ? data.option : null;
  perform(data).catch((error: unknown) => {
    scope.postMessage({ kind: 'failed', option, message: messageOf(error) });
  });
};

async function perform(request: Request): Promise<void> {
  switch (request.kind) {
    case 'analyse':
      return analyse(request);
    case 'digest':
      return digest(request);
    case 'save':
      return save(request);
    case 'digests':
      for (const text of analysis?.fillIn(request.sha256) ?? [])
        scope.postMessage({ kind: 'warning', message: text });
  }
}

async function analyse(request: AnalyseRequest): Promise<void> {
  const outputs = new Map<string, Blob>();
  installPlatform(
    browserPlatform({
      files: request.files,
      assets: request.assets,
      environment: browserEnvironment(scope.navigator),
      onOutput: (name, file) => outputs.set(name, file),
    }),
  );
  const done = await PageAnalysis.run(request, outputs, (answer) => scope.postMessage(answer));
  analysis = done.analysis;
  scope.postMessage(done.report);
}

async function save({ option, name, shared }: SaveRequest): Promise<void> {
  if (analysis === null) return;
  const { saved, notes } = shared
    ? await analysis.saveShared(option, name)
    : { saved: await analysis.save(option, name), notes: [] };
  scope.postMessage({ kind: 'saved', option, files: saved });
  for (const message of notes) scope.postMessage({ kind: 'warning', message });
}

async function digest({ captures }: DigestRequest): Promise<void> {
  const total = captures.reduce((sum, { size }) => sum + size, 0);
  const sha256: string[] = [];
  let before = 0;
  for (const capture of captures) {
    const digest = await digestOf(capture, (hashed) => {
      scope.postMessage({ kind: 'progress', share: (before + hashed) / Math.max(1, total), text: '' });
    });
    sha256.push(digest);
    before += capture.size;
  }
  scope.postMessage({ kind: 'digested', sha256 });
}

/** What the command line would say. */
function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && KNOWN_ERRORS.has(error.name)) return text;
  if (error instanceof RangeError && /allocation|out of memory|array (buffer )?length/i.test(text)) {
    return 'The browser gives this page no more memory. Close other tabs, analyse fewer captures at once, or use the command line.';
  }
  return `internal error: ${text}\nThis is a bug in portwitness. Please report it with the options and, if you may, the capture.`;
}
