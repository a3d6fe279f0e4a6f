/** The tree keeps its shape: imports point left, files stay small and are named for what they do. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import test from 'ava';

/** Each folder imports from itself and from those before it. */
const ORDER = ['platform', 'capture', 'decode', 'flow', 'recognise', 'rules', 'verdict', 'report', 'share'];
/** These see everything. */
const TOP = ['cli', 'monitor', 'page', 'analysis.ts'];
/**
 * Folders that are divided into rooms: a room imports from itself and from those before it, not from its neighbours;
 * '' is the folder's own files. A room may be divided in turn.
 */
const ROOMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  capture: [['bytes'], ['compression', 'frames'], ['pcap', 'etl'], [''], ['source']],
  'capture/etl': [['trace'], ['events'], ['']],
  'capture/source': [['feed'], ['programs'], ['interfaces'], ['']],
  decode: [['packet'], ['ip', 'link'], ['transport'], ['']],
  flow: [['record'], ['tcp', 'vantage'], ['']],
  recognise: [
    ['facts'],
    ['bytes'],
    ['signature', 'names', 'stream'],
    ['auth'],
    ['smb', 'dcerpc', 'apps'],
    ['driver'],
  ],
  rules: [['words'], ['reading'], ['']],
  verdict: [
    ['words'],
    ['hosts'],
    ['flows'],
    ['quality', 'inventory', 'firewall', 'locate'],
    ['judge', 'causes'],
  ],
  report: [
    ['model'],
    ['text'],
    ['write'],
    ['assemble', 'evidence'],
    ['json'],
    ['html', 'csv', 'changes', 'matrix-csv', 'tickets', 'wireshark', 'zeek'],
    ['saved', 'terminal'],
    ['verify'],
    [''],
  ],
  'report/assemble': [['input'], ['words', 'remedies'], ['flows'], ['verdicts', 'limits'], ['']],
  'report/html': [['pieces'], ['pictures'], ['sections'], ['']],
  share: [['addresses'], ['names'], ['model', 'gate'], ['frames'], ['']],
  monitor: [['words'], ['tracking', 'outputs', 'watchdog'], ['terminal', 'dashboard', 'ring'], ['']],
  cli: [['console'], ['options'], ['inputs'], ['outputs'], ['commands', 'build'], ['']],
};
const MAX_FILES_IN_A_ROOM = 18;
const MAX_LINES = 400;
const NAMES_TO_AVOID = /(^|[-.])(utils?|helpers?|common|managers?|base)([-.]|$)/;

const ROOT = resolve('src');

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function folderOf(path: string): string {
  return relative(ROOT, path).split(sep)[0] ?? '';
}

/** Modules that a file names in import, export … from, and import(). */
function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport|\bimport\s*\()\s*['"]([^'"\n]+)['"]/g)].map(
    (match) => match[1] ?? '',
  );
}

interface Place {
  /** A folder of `ROOMS`. */
  readonly house: string;
  readonly room: string;
}

/** The rooms that a file lies in, from the widest folder of `ROOMS` to the narrowest. */
function placesOf(path: string): Place[] {
  const parts = relative(ROOT, path).split(sep);
  return parts.slice(0, -1).flatMap((_part, depth) => {
    const house = parts.slice(0, depth + 1).join('/');
    if (ROOMS[house] === undefined) return [];
    return [{ house, room: parts.length > depth + 2 ? (parts[depth + 1] ?? '') : '' }];
  });
}

function roomFault(order: readonly (readonly string[])[], from: string, to: string): string {
  if (from === to) return '';
  const [at, target] = [from, to].map((room) => order.findIndex((rank) => rank.includes(room))) as [
    number,
    number,
  ];
  if (at < 0) return `${from} has no place in the order`;
  return target >= 0 && target < at ? '' : `${from} → ${to}`;
}

/** Why `from` may not import `to`, '' when it may. */
function fault(from: string, to: string): string {
  const [a, b] = [folderOf(from), folderOf(to)];
  const targets = new Map(placesOf(to).map(({ house, room }) => [house, room]));
  for (const { house, room } of placesOf(from)) {
    const target = targets.get(house);
    const why = target === undefined ? '' : roomFault(ROOMS[house] ?? [], room, target);
    if (why !== '') return why;
  }
  if (a === b || TOP.includes(a)) return '';
  if (TOP.includes(b)) return `${a} → ${b}`;
  const [at, other] = [ORDER.indexOf(a), ORDER.indexOf(b)];
  if (at < 0) return `${a} has no place in the order`;
  return other >= 0 && other < at ? '' : `${a} → ${b}`;
}

const files = sources(ROOT);

test('imports point from later stages of the pipeline to earlier ones only', (t) => {
  let arrows = 0;
  const faults: string[] = [];
  for (const file of files) {
    for (const name of importsOf(readFileSync(file, 'utf8'))) {
      if (!name.startsWith('.')) continue;
      arrows++;
      const why = fault(file, resolve(file, '..', name));
      if (why !== '') faults.push(`${relative(ROOT, file)}: ${why} (${name})`);
    }
  }
  t.deepEqual(faults, []);
  t.true(arrows > 100);
});

test('an arrow to the right is found', (t) => {
  const at = (path: string): string => join(ROOT, ...path.split('/'));
  t.is(fault(at('flow/table.ts'), at('verdict/judge.js')), 'flow → verdict');
  t.is(fault(at('report/html/write.ts'), at('analysis.js').replace('.js', '.ts')), 'report → analysis.ts');
  t.is(fault(at('verdict/judge.ts'), at('flow/table.js')), '');
  t.is(fault(at('verdict/words/words.ts'), at('verdict/hosts/ends.js')), 'words → hosts');
  t.is(fault(at('verdict/locate/locate.ts'), at('verdict/quality/quality.js')), 'locate → quality');
  t.is(fault(at('verdict/judge/judge.ts'), at('verdict/words/words.js')), '');
  t.is(fault(at('report/assemble/words/phrases.ts'), at('report/assemble/flows/flows.js')), 'words → flows');
  t.is(fault(at('capture/etl/trace/clock.ts'), at('capture/etl/etl.js')), 'trace → ');
  t.is(fault(at('capture/etl/trace/clock.ts'), at('capture/open.js')), 'etl → ');
  t.is(fault(at('capture/frames/frame.ts'), at('capture/etl/trace/limits.js')), 'frames → etl');
  t.is(fault(at('misc/x.ts'), at('flow/table.js')), 'misc has no place in the order');
  t.deepEqual(importsOf("import type { A } from './a.js';\nimport './b.js';\nawait import('./c.js');"), [
    './a.js',
    './b.js',
    './c.js',
  ]);
});

/** Here alone the program may use what only Node has. */
const ON_NODE = ['platform/node', 'cli', 'monitor', 'capture/source'];
const OF_NODE = /['"]node:|\bprocess\s*[.[]|\bBuffer\b|\bNodeJS\.|\bsetImmediate\b/;

function isOnNode(file: string): boolean {
  const path = relative(ROOT, file).split(sep).join('/');
  return ON_NODE.some((folder) => path.startsWith(`${folder}/`));
}

/** Without comments: these may speak of Node. */
function codeOf(text: string): string {
  return text.replaceAll(/\/\*[^]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

test('what only Node has is used behind the platform contract, by the commands, the monitor and live sources', (t) => {
  const users = files.filter((file) => OF_NODE.test(codeOf(readFileSync(file, 'utf8'))));
  t.deepEqual(
    users.filter((file) => !isOnNode(file)).map((file) => relative(ROOT, file)),
    [],
  );
  t.true(users.length > 20);
  for (const use of ["import fs from 'node:fs'", 'process.version', 'Buffer.from(', 'NodeJS.Timeout'])
    t.regex(use, OF_NODE);
});

test('the implementation for Node is chosen by those who start the program, and by nobody else', (t) => {
  const users = files.filter((file) =>
    importsOf(readFileSync(file, 'utf8')).some((name) => name.includes('platform/node/')),
  );
  t.deepEqual(
    users.map((file) => folderOf(file)).filter((folder) => folder !== 'cli'),
    [],
  );
});

test('a room has few enough files to be seen at a glance', (t) => {
  const counts = new Map<string, number>();
  for (const file of files) {
    const folder = relative(ROOT, join(file, '..'));
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  t.deepEqual(
    [...counts].filter(([, count]) => count > MAX_FILES_IN_A_ROOM),
    [],
  );
});

test('imports of files, of types too, are never circular', (t) => {
  const graph = new Map(
    files.map((file) => [
      file,
      importsOf(readFileSync(file, 'utf8'))
        .filter((name) => name.startsWith('.'))
        .map((name) => resolve(file, '..', name).replace(/\.js$/, '.ts')),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      t.fail([...path.slice(path.indexOf(file)), file].map((one) => relative(ROOT, one)).join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  t.pass();
});

test(`no source file is longer than ${MAX_LINES} lines`, (t) => {
  const lines = (file: string): number => readFileSync(file, 'utf8').trimEnd().split('\n').length;
  t.deepEqual(
    [...files, ...sources(resolve('captures', 'recipes'))]
      .filter((file) => lines(file) > MAX_LINES)
      .map((file) => relative('.', file)),
    [],
  );
});

test('no file is named for being a mixture', (t) => {
  const all = [...files, ...sources(resolve('test'))];
  t.deepEqual(
    all.filter((file) => NAMES_TO_AVOID.test(basename(file))).map((file) => relative('.', file)),
    [],
  );
});

test('nothing is exported by default, and no file only passes exports on', (t) => {
  const text = (file: string): string => readFileSync(file, 'utf8');
  t.deepEqual(
    files
      .filter((file) => /^\s*export\s+(default\b|\*|\{[^}]*\}\s*from\b)/m.test(text(file)))
      .map((file) => relative(ROOT, file)),
    [],
  );
});
