/** The pipeline from a capture to its reports runs where Node is not: bundled for a browser, on the browser's platform. */
import { readFileSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';
import vm from 'node:vm';
import test from 'ava';
import { build } from 'esbuild';
import type { analyze } from '../../src/analysis.js';
import type { Platform } from '../../src/platform/contract.js';
import type { browserPlatform } from '../../src/platform/browser/browser.js';
import { nodePlatform } from '../../src/platform/node/node.js';
import type { assembleReport } from '../../src/report/assemble/assemble.js';
import type { ReportModel } from '../../src/report/model/model.js';
import type { Sink } from '../../src/report/write/sink.js';
import type { loadPacks } from '../../src/rules/load.js';
import type { loadInventory } from '../../src/verdict/inventory/inventory-file.js';
import { ROOT } from '../shipped.js';

type Writer = (model: ReportModel, sink: Sink) => Promise<void>;

/** What a page would import. */
const ENTRY = `
  export { installPlatform } from './src/platform/platform.js';
  export { browserPlatform } from './src/platform/browser/browser.js';
  export { analyze } from './src/analysis.js';
  export { loadPacks } from './src/rules/load.js';
  export { loadInventory } from './src/verdict/inventory/inventory-file.js';
  export { assembleReport } from './src/report/assemble/assemble.js';
  export { writeHtml } from './src/report/html/write.js';
  export { writeJson } from './src/report/json/write.js';
  export { writeCsv } from './src/report/csv/write.js';
  export { ZEEK_LOGS } from './src/report/zeek/logs.js';
`;

interface Pipeline {
  readonly analyze: typeof analyze;
  readonly loadPacks: typeof loadPacks;
  readonly loadInventory: typeof loadInventory;
  readonly assembleReport: typeof assembleReport;
  readonly writeHtml: Writer;
  readonly writeJson: Writer;
  readonly writeCsv: Writer;
  readonly ZEEK_LOGS: readonly { readonly file: string; readonly write: Writer }[];
}

interface Page extends Pipeline {
  readonly installPlatform: (platform: Platform) => Platform;
  readonly browserPlatform: typeof browserPlatform;
}

/** All that browsers have in common with Node and the pipeline may use, and Blobs. */
const WEB = { TextEncoder, TextDecoder, crypto, atob, btoa, AbortController, setTimeout, clearTimeout, Blob };

async function bundled(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: entry, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    globalName: 'page',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function load(code: string): Page {
  return vm.runInNewContext(`${code}; page`, { ...WEB }) as Page;
}

type Files = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

/** What comes with the program as text. */
function assets(): Record<string, string> {
  const src = join(ROOT, 'src');
  const names = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(yaml|css|js)$/.test(name),
  );
  return Object.fromEntries(
    names.map((name) => [name.split(sep).join('/'), readFileSync(join(src, name), 'utf8')]),
  );
}

/** The browser's platform, told that it runs where Node does. */
function inPage(page: Page, files: Files): Platform {
  return page.browserPlatform({
    files: new Map([...files].map(([name, bytes]) => [name, new Blob([bytes])])),
    assets: assets(),
    environment: nodePlatform.environment(),
    onOutput: () => undefined,
  });
}

/** Node's platform on files in memory, which are not hashed. */
function onNode(files: Files): Platform {
  const file = (name: string): Uint8Array => files.get(name) ?? new Uint8Array(0);
  return {
    ...nodePlatform,
    readFile: (name) => Promise.resolve(file(name)),
    fileSize: (name) => file(name).length,
    openInput: (name) => {
      const bytes = file(name);
      return Promise.resolve({
        kind: 'file',
        size: bytes.length,
        read: (into, at, len, position) => {
          const part = bytes.subarray(position, position + len);
          into.set(part, at);
          return Promise.resolve(part.length);
        },
        startDigest: () => ({ wait: () => Promise.resolve('') }),
        close: () => Promise.resolve(),
      });
    },
  };
}

/** All reports of one capture, by name. */
async function reports(page: Pipeline, capture: string, list: string): Promise<Record<string, string>> {
  const inventory = await page.loadInventory(list);
  const packs = await page.loadPacks({ files: [] });
  const options = { packs, inventory, server: [], agentPort: 9003, serverPort: 9004, answerWait: 3 };
  const input = await page.analyze({ ...options, inputs: [capture] });
  const model = page.assembleReport(input, { version: '0', commandLine: 'portwitness', now: 1.7e12 });
  const writers: Record<string, Writer> = {
    html: page.writeHtml,
    json: page.writeJson,
    csv: page.writeCsv,
  };
  for (const { file, write } of page.ZEEK_LOGS) writers[file] = write;
  const texts: Record<string, string> = {};
  for (const [name, write] of Object.entries(writers)) {
    const parts: Uint8Array[] = [];
    await write(model, {
      write: (text) => void parts.push(Buffer.from(text)),
      writeBytes: (bytes) => void parts.push(Buffer.from(bytes)),
    });
    texts[name] = Buffer.concat(parts).toString();
  }
  return texts;
}

test('the pipeline and all formats are bundled for a browser and write there what they write on Node', async (t) => {
  const page = load(await bundled(ENTRY));
  const capture = join('captures', 'several-computers.pcapng');
  const files = new Map([
    [capture, new Uint8Array(readFileSync(join(ROOT, capture)))],
    ['list.csv', new TextEncoder().encode('name;address\nws01;10.20.1.21\n')],
  ]);
  await t.throwsAsync(page.loadPacks({ files: [] }), { message: /no platform is installed/ });
  page.installPlatform(inPage(page, files));
  const there = await reports(page, capture, 'list.csv');

  const here = await import('../../src/platform/platform.js');
  const before = here.installPlatform(onNode(files));
  try {
    const node: Pipeline = {
      ...(await import('../../src/analysis.js')),
      ...(await import('../../src/rules/load.js')),
      ...(await import('../../src/verdict/inventory/inventory-file.js')),
      ...(await import('../../src/report/assemble/assemble.js')),
      ...(await import('../../src/report/html/write.js')),
      ...(await import('../../src/report/json/write.js')),
      ...(await import('../../src/report/csv/write.js')),
      ...(await import('../../src/report/zeek/logs.js')),
    };
    t.deepEqual(there, await reports(node, capture, 'list.csv'));
  } finally {
    here.installPlatform(before);
  }
  t.true((there['json'] ?? '').length > 10_000);
  t.true(Object.keys(there).length > 5);
});

test('a module of Node does not come into the bundle unseen', async (t) => {
  const error = await t.throwsAsync(bundled("import fs from 'node:fs'; export const page = fs;"));
  t.regex(error?.message ?? '', /Could not resolve "node:fs"/);
});
