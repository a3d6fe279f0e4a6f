/**
 * Draws the pictures of the docs from data: docs/performance.svg from docs/bench.json (written by
 * `npm run bench -- --out docs/bench.json`) and docs/architecture.svg from the list of stages below.
 *
 *   node tools/charts.mjs
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { D3Node } from 'd3-node';

const docs = join(dirname(dirname(fileURLToPath(import.meta.url))), 'docs');
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const INK = '#1f2933';
const QUIET = '#52606d';
const LINE = '#cbd2d9';
const OWN = '#0b6e99';
const OTHER = '#9aa5b1';

/** A drawing on a white card, which reads on light and dark pages alike. */
function card(width, height, title) {
  const page = new D3Node();
  const svg = page.createSVG(width, height).attr('viewBox', `0 0 ${width} ${height}`);
  svg.attr('role', 'img').attr('font-family', FONT);
  svg.append('title').text(title);
  const frame = svg.append('rect').attr('x', 0.5).attr('y', 0.5).attr('rx', 8);
  frame
    .attr('width', width - 1)
    .attr('height', height - 1)
    .attr('fill', '#ffffff')
    .attr('stroke', LINE);
  return { page, svg, d3: page.d3 };
}

function label(parent, x, y, text, options = {}) {
  const { size = 13, fill = INK, weight = 400, anchor = 'start' } = options;
  const mark = parent.append('text').attr('x', x).attr('y', y).attr('font-size', size);
  return mark.attr('fill', fill).attr('font-weight', weight).attr('text-anchor', anchor).text(text);
}

function save(page, name) {
  writeFileSync(join(docs, name), `${page.svgString()}\n`);
  process.stdout.write(`docs/${name}\n`);
}

/** Folders of src/ in the order of the imports, what each turns what into, and what it hands on. */
const STAGES = [
  { name: 'capture', does: ['bytes into', 'frames'] },
  { name: 'decode', does: ['a frame into', 'one Packet'] },
  { name: 'flow', does: ['packets into', 'flows'] },
  { name: 'recognise', does: ['payload into', 'a service'] },
  { name: 'rules', does: ['rule packs', 'as data'] },
  { name: 'verdict', does: ['flow and rule', 'into an answer'] },
  { name: 'report', does: ['the answer', 'into files'] },
  { name: 'share', does: ['names into', 'pseudonyms'] },
];
/** What stands above the pipeline and calls it. */
const CALLERS = [
  { name: 'monitor', does: ['a stream', 'without an end'] },
  { name: 'page', does: ['dropped files', 'in a browser'] },
  { name: 'cli', does: ['arguments and', 'exit code'] },
];
const RHYTHM = [
  { text: 'for each packet', from: 0, to: 2 },
  { text: 'for each flow', from: 3, to: 5 },
  { text: 'once, or each tick of a monitor', from: 6, to: 7 },
];

function drawArchitecture() {
  const box = { width: 100, height: 70, gap: 18, left: 24, top: 118 };
  const step = box.width + box.gap;
  const all = [...STAGES, ...CALLERS];
  const width = box.left * 2 + all.length * step - box.gap;
  const { page, svg } = card(width, 250, 'The pipeline: each folder imports only from those to its left');
  const x = (index) => box.left + index * step;

  const right = width - box.left;
  const lane = svg.append('rect').attr('x', box.left).attr('y', 20).attr('rx', 6).attr('height', 40);
  lane.attr('width', right - box.left).attr('fill', OWN);
  label(svg, width / 2, 45, 'analysis.ts: the one loop that calls every stage, read top to bottom', {
    fill: '#ffffff',
    weight: 600,
    size: 14,
    anchor: 'middle',
  });

  all.forEach((stage, index) => {
    const group = svg.append('g');
    const middle = x(index) + box.width / 2;
    // analysis.ts calls the stages; the callers call analysis.ts.
    const up = index >= STAGES.length;
    const call = group.append('path').attr('d', `M${middle},${up ? 67 : 60} V${box.top - (up ? 0 : 7)}`);
    call.attr('stroke', OWN).attr('stroke-width', 1.5).attr('stroke-dasharray', '3 3').attr('fill', 'none');
    const head = up ? `M${middle - 4},68 l4,-7 l4,7 z` : `M${middle - 4},${box.top - 8} l4,7 l4,-7 z`;
    group.append('path').attr('d', head).attr('fill', OWN);
    const rect = group.append('rect').attr('x', x(index)).attr('y', box.top).attr('rx', 6);
    rect.attr('width', box.width).attr('height', box.height).attr('fill', '#f5f7fa').attr('stroke', OTHER);
    label(group, middle, box.top + 24, stage.name, { weight: 600, size: 15, anchor: 'middle' });
    stage.does.forEach((line, row) => {
      label(group, middle, box.top + 43 + row * 15, line, { size: 12, fill: QUIET, anchor: 'middle' });
    });
    if (index === 0 || index > STAGES.length) return;
    const y = box.top + box.height / 2;
    const from = x(index) - box.gap + 3;
    group
      .append('path')
      .attr('d', `M${from},${y} h${box.gap - 12}`)
      .attr('stroke', INK)
      .attr('stroke-width', 1.5);
    group
      .append('path')
      .attr('d', `M${from + box.gap - 12},${y - 4} l7,4 l-7,4 z`)
      .attr('fill', INK);
  });

  const y = box.top + box.height + 14;
  for (const { text, from, to } of RHYTHM) {
    const [start, end] = [x(from), x(to) + box.width];
    const brace = svg.append('path').attr('fill', 'none').attr('stroke', OTHER);
    brace.attr('d', `M${start},${y - 4} v6 H${end} v-6`);
    label(svg, (start + end) / 2, y + 21, text, { size: 12, fill: QUIET, anchor: 'middle' });
  }
  save(page, 'architecture.svg');
}

const seconds = (value) => (value >= 10 ? value.toFixed(0) : value.toFixed(value >= 1 ? 1 : 2));
const NAMES = { bulk: 'Large segments', small: 'Small packets', real: 'Real captures' };

/** Time for a gigabyte, so that programs measured on files of different size stand side by side. */
function drawPerformance(bench) {
  const captures = [...new Set(bench.rows.map((row) => row.capture))];
  const bar = { height: 20, step: 30, left: 190 };
  const sections = captures.map((name) => bench.rows.filter((row) => row.capture === name));
  const height = 70 + sections.reduce((sum, rows) => sum + 44 + rows.length * bar.step, 0);
  const width = 820;
  const { page, svg, d3 } = card(width, height, 'Seconds to read one gigabyte of capture, logarithmic');
  label(svg, 24, 34, 'Seconds for one gigabyte of capture (logarithmic, shorter is better)', {
    weight: 600,
    size: 15,
  });

  const pace = (row) => 1000 / row.megabytesPerSecond;
  const [low, high] = d3.extent(bench.rows, pace);
  const scale = d3
    .scaleLog()
    .domain([low / 1.6, high])
    .range([0, width - bar.left - 170]);
  let y = 60;
  sections.forEach((rows, index) => {
    label(svg, 24, y + 16, NAMES[captures[index]] ?? captures[index], { weight: 600 });
    y += 28;
    for (const row of [...rows].sort((a, b) => pace(a) - pace(b))) {
      const own = row.program.startsWith('portwitness');
      const end = bar.left + scale(pace(row));
      label(svg, bar.left - 10, y + 15, row.program, { anchor: 'end', weight: own ? 600 : 400 });
      const rect = svg
        .append('rect')
        .attr('x', bar.left)
        .attr('y', y)
        .attr('rx', 3)
        .attr('height', bar.height);
      rect.attr('width', end - bar.left).attr('fill', own ? OWN : OTHER);
      const memory = row.peak > 0 ? `, ${(row.peak / 1e6).toFixed(0)} MB` : '';
      label(svg, end + 8, y + 15, `${seconds(pace(row))} s${memory}`, { size: 12, fill: QUIET });
      y += bar.step;
    }
    y += 16;
  });
  const { cpu, cores, node } = bench.machine;
  label(svg, 24, height - 14, `${cpu}, ${cores} cores, Node ${node}; medians; MB = peak memory`, {
    size: 11,
    fill: QUIET,
  });
  save(page, 'performance.svg');
}

drawArchitecture();
const measured = join(docs, 'bench.json');
if (existsSync(measured)) drawPerformance(JSON.parse(readFileSync(measured, 'utf8')));
else process.stdout.write('docs/bench.json is missing: docs/performance.svg is left as it is\n');
