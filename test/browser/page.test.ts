/** The page in a real browser: what it finds is what the command line finds, and nothing leaves it. */
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { z } from 'zod';
import { packetsOf } from '../../captures/recipes/etl/convert.js';
import { netEvents } from '../../captures/recipes/firewall/logs.js';
import { sample, scratch } from '../cli/spawned.js';
import { openInChromium } from '../page/chromium-page.js';
import type { ChromiumPage } from '../page/chromium-page.js';
import { UserOfPage, writtenPage } from '../page/driver.js';
import { byCommandLine, comparable } from '../page/same-result.js';
import { legible } from '../report/legible.js';
import { leftOut } from '../test-with.js';
import { AXE, AXE_ALL, AXE_COLOURS, Strings, axeRun } from './axe.js';
import { startBrowser } from './chromium.js';

const SEVERAL = sample('several-computers.pcapng');
const BLOCKED_OUT = join('captures', 'lab', 'outbound-blocked-here.pcap.gz');

/** A log of what the scenario's firewall did not let out. */
async function blockedOut(folder: string): Promise<string> {
  const [first] = await packetsOf(BLOCKED_OUT);
  const path = join(folder, 'netevents.xml');
  const [local, remote] = ['10.77.1.10', '10.77.2.21'];
  const ports = { localPort: 52_101, remotePort: 9003 };
  const time = (first?.sec ?? 0) + 1;
  writeFileSync(path, netEvents([{ time, action: 'block', direction: 'out', local, remote, ...ports }]));
  return path;
}

function tests(browser: Browser): void {
  let url = '';

  async function opened(
    t: ExecutionContext,
    options: BrowserContextOptions = {},
  ): Promise<ChromiumPage & { user: UserOfPage }> {
    const page = await openInChromium(browser, url, options);
    t.teardown(page.close);
    return { ...page, user: await UserOfPage.of(page) };
  }

  test.before(() => {
    url = writtenPage();
  });
  test.after.always(async () => {
    await browser.close();
    if (url !== '') rmSync(dirname(fileURLToPath(url)), { recursive: true });
  });

  test.serial('JSON and report are those of the command line, for captures of all kinds', async (t) => {
    const folder = scratch(t);
    const several = readFileSync(SEVERAL);
    const split = several.length >> 1;
    writeFileSync(
      join(folder, 'two members.pcapng.gz'),
      Buffer.concat([gzipSync(several.subarray(0, split)), gzipSync(several.subarray(split))]),
    );
    writeFileSync(join(folder, 'cut.pcapng.gz'), gzipSync(several).subarray(0, 20_000));
    copyFileSync(SEVERAL, join(folder, 'again.pcapng'));
    const sets: [string[], Record<string, string>, string[]][] = [
      [[SEVERAL], {}, []],
      [[sample('agent-port-refused.pcap.gz')], {}, []],
      [[sample('ipv6.pcapng'), SEVERAL], { server: '10.20.0.10' }, ['--server', '10.20.0.10']],
      [[join(folder, 'two members.pcapng.gz')], { 'agent-port': '9104' }, ['--agent-port', '9104']],
      [[join(folder, 'cut.pcapng.gz')], { threshold: 'gap-seconds=7' }, ['--threshold', 'gap-seconds=7']],
      [[sample('inventory.pcapng'), sample('inventory.csv')], {}, ['--hosts', 'inventory.csv']],
    ];
    const { user, complaints, requests } = await opened(t);
    for (const [files, options, words] of sets) {
      t.is(await user.analyse(files, options), '', files[0]);
      const captures = files.filter((name) => !name.endsWith('.csv')).sort();
      const node = await byCommandLine(folder, captures, words);
      const json = await user.save('json');
      const ours = comparable(json);
      const theirs = comparable(node.json);
      // The option --quiet and the folder of the report are no part of what the page does.
      t.regex(String(ours['command_line']), /^portwitness /);
      t.deepEqual({ ...ours, command_line: '' }, { ...theirs, command_line: '' }, files[0]);
    }
    t.deepEqual(complaints, []);
    t.is(requests.length, 1);
  });

  test.serial(
    'the shown report keeps its style and script, its digests come later, links stay in it',
    async (t) => {
      const { user, complaints } = await opened(t);
      t.is(await user.analyse([SEVERAL]), '');
      const json = z.object({ captures: z.array(z.object({ sha256: z.string() })) });
      const [capture] = json.parse(JSON.parse(await user.save('json'))).captures;
      t.regex(capture?.sha256 ?? '', /^[0-9a-f]{64}$/);
      await user.until(
        `document.getElementById('report').contentDocument.body.textContent.includes('${capture?.sha256}')`,
      );
      t.false(
        z
          .string()
          .parse(await user.inReport('shown.body.textContent'))
          .includes('being computed'),
      );
      t.true((await user.save('report')).includes(capture?.sha256 ?? ''));
      t.true(await user.inReport(`shown.querySelector('button[data-copies]').checkVisibility()`));
      await user.inReport(`shown.querySelector('a[href="#provenance"]').click()`);
      await user.until(`document.getElementById('report').contentWindow.scrollY > 0`);
      t.regex(String(await user.inReport('shown.title')), /6 of 7 computers/);
      t.deepEqual(complaints, []);
    },
  );

  test.serial('the report opens in a tab of its own, which keeps style and script', async (t) => {
    const { user, page, complaints } = await opened(t);
    t.is(await user.analyse([SEVERAL]), '');
    const [tab] = await Promise.all([page.waitForEvent('popup'), page.click('#tab')]);
    await tab.waitForLoadState();
    t.regex(await tab.title(), /6 of 7 computers/);
    t.true(await tab.locator('button[data-copies]').first().isVisible());
    t.is(await tab.evaluate('getComputedStyle(document.body).margin'), '0px');
    t.deepEqual(complaints, []);
  });

  test.serial('every button saves what the option of its name writes, as a file', async (t) => {
    const folder = scratch(t);
    const page = await openInChromium(browser, url, { acceptDownloads: true });
    t.teardown(page.close);
    await page.choose([SEVERAL]);
    await page.page.click('#analyse');
    await page.page.waitForSelector('#result:not([hidden])');
    const saved: string[] = [];
    for (const option of ['csv', 'matrix', 'changes', 'ticket', 'evidence', 'json', 'report']) {
      await page.page.click('#saves summary');
      const [download] = await Promise.all([
        page.page.waitForEvent('download'),
        page.page.click(`[data-option="${option}"][data-shared="no"]`),
      ]);
      saved.push(download.suggestedFilename());
      await download.saveAs(join(folder, option));
    }
    t.deepEqual(saved, [
      'several-computers-flows.csv',
      'several-computers-matrix.csv',
      'several-computers-changes.csv',
      'several-computers-tickets.md',
      'several-computers-evidence.pcapng',
      'several-computers.json',
      'several-computers.html',
    ]);
    const texts = ['csv', 'matrix', 'changes', 'ticket', 'evidence'];
    await byCommandLine(
      folder,
      [SEVERAL],
      texts.flatMap((option) => [`--${option}`, join(folder, `${option}.md`)]),
    );
    for (const option of texts) {
      t.is(
        readFileSync(join(folder, option), 'utf8'),
        readFileSync(join(folder, `${option}.md`), 'utf8'),
        option,
      );
    }
  });

  test.serial('what is handed on has pseudonyms: those of the mapping that comes with it', async (t) => {
    const folder = scratch(t);
    const { user, complaints } = await opened(t);
    t.is(await user.analyse([SEVERAL]), '');
    const first = await user.saveShared('json');
    t.deepEqual([...first.keys()], ['portwitness-shared.json', 'portwitness-shared-mapping.csv']);
    const mapping = first.get('portwitness-shared-mapping.csv') ?? '';
    t.deepEqual([...(await user.saveShared('mapping'))], [['portwitness-shared-mapping.csv', mapping]]);
    const report = await user.saveShared('report');
    t.deepEqual([...report.keys()], ['portwitness-shared.html']);
    t.regex(mapping, /ws02/);
    for (const text of [first.get('portwitness-shared.json') ?? '', ...report.values()]) {
      t.notRegex(legible(text), /ws0\d|10\.20\.1\.2\d|several-computers/);
    }
    // The command line makes the same of the same mapping.
    writeFileSync(join(folder, 'key.csv'), mapping);
    const key = ['--share', '--share-key', join(folder, 'key.csv')];
    const node = await byCommandLine(folder, [SEVERAL], key);
    const ours = comparable(first.get('portwitness-shared.json') ?? '');
    t.deepEqual({ ...ours, command_line: '' }, { ...comparable(node.json), command_line: '' });
    t.deepEqual(complaints, []);
  });

  test.serial('a log of the Windows firewall tells what never became a packet', async (t) => {
    const folder = scratch(t);
    const log = await blockedOut(folder);
    const { user } = await opened(t);
    const found = z.object({
      verdicts: z.array(z.looseObject({ rule: z.string(), reason_code: z.string() })),
    });
    const codes = (json: string): string[] =>
      found
        .parse(JSON.parse(json))
        .verdicts.filter(({ rule }) => rule === 'ua-9003')
        .map((one) => one.reason_code);
    t.is(await user.analyse([BLOCKED_OUT, log], { 'json-schema': '1' }), '');
    t.true(codes(await user.save('json')).includes('logged_before_wire'));
    t.is(await user.analyse([BLOCKED_OUT], { 'json-schema': '1' }), '');
    t.false(codes(await user.save('json')).includes('logged_before_wire'));
  });

  test.serial('errors are those of the command line', async (t) => {
    const folder = scratch(t);
    writeFileSync(join(folder, 'empty.pcap'), '');
    writeFileSync(join(folder, 'text.pcap'), 'no capture at all, but long enough to be looked at');
    writeFileSync(join(folder, 'wrong.yaml'), 'id: x\nrules: 7\n');
    writeFileSync(join(folder, 'none.csv'), 'name;address\n;no address\n');
    copyFileSync(SEVERAL, join(folder, 'a.pcapng'));
    const cases: [string[], Record<string, string>, string[]][] = [
      [['empty.pcap'], {}, []],
      [['text.pcap'], {}, []],
      [['a.pcapng'], { server: 'nas01' }, ['--server', 'nas01']],
      [['a.pcapng'], { 'agent-port': '99999' }, ['--agent-port', '99999']],
      [['a.pcapng'], { threshold: 'gap=1' }, ['--threshold', 'gap=1']],
      [['a.pcapng'], { 'json-schema': '9' }, ['--json-schema', '9']],
      [['a.pcapng', 'wrong.yaml'], {}, ['--rules', 'wrong.yaml']],
      [['a.pcapng', 'none.csv'], {}, ['--hosts', 'none.csv']],
    ];
    const { user, complaints } = await opened(t);
    await user.click('analyse');
    t.is(await user.outcome(), 'Choose a capture first: drop its file here.');
    for (const [names, options, words] of cases) {
      const paths = names.map((name) => join(folder, name));
      const { err } = await byCommandLine(folder, [paths[0] ?? ''], words);
      t.not(err, '');
      t.is(await user.analyse(paths, options), err);
    }
    t.deepEqual(complaints, []);
  });

  test.serial('cancelled, no worker is left, and the page can begin again', async (t) => {
    const { user, page } = await opened(t);
    await user.start([SEVERAL]);
    await user.click('cancel');
    await user.until(`document.documentElement.dataset.part === 'start'`);
    t.is(page.workers().length, 0);
    t.is(await page.evaluate('document.activeElement.id'), 'analyse');
    t.is(await user.analyse([SEVERAL]), '');
    await user.until(`document.getElementById('told').textContent === ''`);
    // The one that holds what is saved.
    t.is(page.workers().length, 1);
    await user.click('again');
    await user.until(`document.documentElement.dataset.part === 'start'`);
    t.is(page.workers().length, 0);
  });

  test.serial(
    'axe finds no fault in any part, light or dark, and nothing is wider than 390 pixels',
    async (t) => {
      const { user, page } = await opened(t, { bypassCSP: true, viewport: { width: 390, height: 844 } });
      await page.evaluate(AXE);
      const check = async (part: string): Promise<void> => {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          const rules = colorScheme === 'light' ? axeRun('tag', AXE_ALL) : axeRun('rule', AXE_COLOURS);
          t.deepEqual(Strings.parse(await page.evaluate(rules)), [], `${part} ${colorScheme}`);
        }
        t.true(Number(await page.evaluate('document.documentElement.scrollWidth')) <= 390, part);
      };
      await page.evaluate(`document.querySelector('form details').open = true`);
      await check('start');
      await user.click('analyse');
      await check('error');
      await page.evaluate(
        `for (const id of ['start', 'running']) document.getElementById(id).hidden = id === 'start'`,
      );
      await check('running');
      t.is(await user.analyse([SEVERAL]), '');
      await page.click('#saves summary');
      await check('result');
    },
  );

  test.serial('the keyboard alone is enough', async (t) => {
    const { page, choose } = await opened(t);
    await page.keyboard.press('Tab');
    t.is(await page.evaluate('document.activeElement.id'), 'pick');
    await choose([SEVERAL]);
    const reached: string[] = [];
    for (let i = 0; i < 7; i++) {
      await page.keyboard.press('Tab');
      reached.push(
        String(await page.evaluate(`document.activeElement.id || document.activeElement.textContent`)),
      );
    }
    t.deepEqual(reached.slice(0, 6), [
      'Remove',
      'option-server',
      'option-agent-port',
      'option-server-port',
      'More options',
      'analyse',
    ]);
    await page.focus('#option-server');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#result:not([hidden])');
    t.is(await page.evaluate('document.activeElement.id'), 'report');
  });

  test.serial('files that are dropped are told apart; a folder is refused', async (t) => {
    const { page } = await opened(t);
    const drop = (files: string): Promise<unknown> =>
      page.evaluate(`(() => {
        const dataTransfer = new DataTransfer();
        for (const [name, text] of ${files}) dataTransfer.items.add(new File([text], name));
        document.body.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
      })()`);
    await drop(`[['ring_10.pcap', 'a'], ['ring_9.pcap', 'b'], ['all.csv', 'c'], ['ours.yaml', 'd']]`);
    await drop(`[['ring_9.pcap', 'other']]`);
    t.deepEqual(await page.locator('#files span').allTextContents(), [
      'all.csv, 1 B, list of computers (--hosts)',
      'ours.yaml, 1 B, rule pack (--rules)',
      'ring_9.pcap, 1 B, capture',
      'ring_10.pcap, 1 B, capture',
      'ring_9.pcap (2), 5 B, capture',
    ]);
    await page.evaluate(`(() => {
      const event = new Event('drop', { bubbles: true, cancelable: true });
      event.dataTransfer = { files: [], items: [{ webkitGetAsEntry: () => ({ isDirectory: true, name: 'traces' }) }] };
      document.body.dispatchEvent(event);
    })()`);
    t.is(await page.textContent('#error'), 'traces: this is a folder; drop the files that are in it.');
  });

  test.serial(
    'without a script of today one sentence says what to do, and nothing else is shown',
    async (t) => {
      const { page } = await openInChromium(browser, url, { javaScriptEnabled: false });
      t.teardown(() => page.context().close());
      t.regex(
        (await page.innerText('body')).trim(),
        /^portwitness\s+This page cannot run in this browser.*portwitness\.exe/s,
      );
      t.false(await page.locator('#app').isVisible());
    },
  );
}

const started = await startBrowser();
if (typeof started === 'string') leftOut('the page in a browser', started);
else tests(started);
