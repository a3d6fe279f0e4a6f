/** The pipeline from a capture to its reports runs where Node is not: bundled for a browser, on another platform. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import test from 'ava';
import { build } from 'esbuild';
import type { analyze } from '../../src/analysis.js';
import type { Platform } from '../../src/platform/contract.js';
import { nodePlatform } from '../../src/platform/node/node.js';
import type { assembleReport } from '../../src/report/assemble/assemble.js';
import type { ReportModel } from '../../src/report/model.js';
import type { Sink } from '../../src/report/sink.js';
import type { loadPacks } from '../../src/rules/load.js';
import type { loadInventory } from '../../src/verdict/inventory/inventory-file.js';
import { ROOT } from '../shipped.js';

type Writer = (model: ReportModel, sink: Sink) => Promise<void>;

/** What a page would import. */
const ENTRY = `
  export { installPlatform } from './src/platform/platform.js';
  export { analyze } from './src/analysis.js';
  export { loadPacks } from './src/rules/load.js';
  export { loadInventory } from './src/verdict/inventory/inventory-file.js';
  export { assembleReport } from './src/report/assemble/assemble.js';
  export { writeHtml } from './src/report/html/write.js';
  export { writeJson } from './src/report/json/write.js';
  export { writeCsv } from './src/report/csv/write.js';
  export { ZEEK_LOGS } from './src/report/zeek/logs.js';
`;

interface Page {
  readonly installPlatform: (platform: Platform) => Platform;
  readonly analyze: typeof analyze;
  readonly loadPacks: typeof loadPacks;
  readonly loadInventory: typeof loadInventory;
  readonly assembleReport: typeof assembleReport;
  readonly writeHtml: Writer;
  readonly writeJson: Writer;
  readonly writeCsv: Writer;
  readonly ZEEK_LOGS: readonly { readonly file: string; readonly write: Writer }[];
}

/** All that browsers have in common with Node and the pipeline may use. */
const WEB = { TextEncoder, TextDecoder, crypto, atob, btoa, AbortController, setTimeout, clearTimeout };

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

/** Files in memory; nothing can be written. */
function memoryPlatform(files: ReadonlyMap<string, Uint8Array>): Platform {
  const file = (name: string): Uint8Array => {
    const bytes = files.get(name);
    if (bytes === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return bytes;
  };
  const refuse = (): Promise<never> => Promise.reject(new Error('not on this platform'));
  return {
    ...nodePlatform,
    readFile: (name) => Promise.resolve(file(name)),
    fileSize: (name) => file(name).length,
    zstdDecoder: () => null,
    createOutput: refuse,
    openSpool: refuse,
    openInput: (name) => {
      const bytes = file(name);
      const digest = nodePlatform.sha256();
      digest.update(bytes);
      const sha256 = digest.end('hex');
      return Promise.resolve({
        kind: 'file',
        size: bytes.length,
        read: (into, at, len, position) => {
          const part = bytes.subarray(position, position + len);
          into.set(part, at);
          return Promise.resolve(part.length);
        },
        startDigest: () => ({ wait: () => Promise.resolve(sha256) }),
        close: () => Promise.resolve(),
      });
    },
  };
}

/** All reports of one capture, by name. */
async function reports(page: Page, capture: string, list: string): Promise<Record<string, string>> {
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

test('the pipeline and all formats are bundled for a browser and run there on files in memory', async (t) => {
  const page = load(await bundled(ENTRY));
  const capture = join('captures', 'several-computers.pcapng');
  const files = new Map<string, Uint8Array>([
    [capture, readFileSync(join(ROOT, capture))],
    ['list.csv', Buffer.from('name;address\nws01;10.20.1.21\n')],
  ]);
  await t.throwsAsync(page.loadPacks({ files: [] }), { message: /no platform is installed/ });
  page.installPlatform(memoryPlatform(files));
  const there = await reports(page, capture, 'list.csv');

  const here = await import('../../src/platform/platform.js');
  const before = here.installPlatform(memoryPlatform(files));
  try {
    const node: Page = {
      ...here,
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
