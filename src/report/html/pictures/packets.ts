/** The packets of one attempt on a time axis: who sent what, when; and the same as a list. */
import type { AttemptMark, RuleModel, VerdictModel } from '../../model/model.js';
import { count, counted, duration } from '../../text/quantities.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { hostLabel } from '../../text/wording.js';
import { scrollBox } from '../pieces/pieces.js';
import { MAX_MARKS, timeline } from './packet-axis.js';
import type { Placed, AttemptAxis } from './packet-axis.js';

/** Units of the drawing's own coordinates. */
const WIDTH = 760;
const LEFT = 118;
const LANE_TOP = 46;
const LANE_STEP = 76;
const STEM = 26;
/** Labels closer than this would run into each other. */
const LABEL_WIDTH = 50;

const KIND: Readonly<Record<AttemptMark['kind'], { word: string; shape: string }>> = {
  syn: { word: 'SYN', shape: 'sent' },
  syn_ack: { word: 'SYN-ACK', shape: 'good' },
  rst: { word: 'RST', shape: 'bad' },
  icmp: { word: 'ICMP', shape: 'bad' },
  dropped: { word: 'Dropped', shape: 'bad' },
  request: { word: 'Request', shape: 'sent' },
  answer: { word: 'Answer', shape: 'good' },
  fin: { word: 'FIN', shape: 'sent' },
  capture_end: { word: 'Capture ends', shape: 'end' },
};

const LANES = ['orig', 'resp', 'other'] as const;
type Lane = (typeof LANES)[number];

function laneNames(rule: RuleModel | undefined): Readonly<Record<Lane, string>> {
  const [from, to] = (rule?.direction ?? '').split('→').map((end) => end.trim());
  const named = (end: string | undefined, other: string) =>
    end === 'server' ? 'This server' : end === 'computer' ? 'Computer' : other;
  return { orig: named(from, 'Originator'), resp: named(to, 'Responder'), other: 'Another device' };
}

function laneY(lane: Lane): number {
  return LANE_TOP + LANES.indexOf(lane) * LANE_STEP;
}

function glyph(shape: string, x: number, y: number): Html {
  if (shape === 'good') return html`<rect class="good" x="${x - 5}" y="${y - 5}" width="10" height="10" />`;
  if (shape === 'bad')
    return html`<path
      class="bad"
      d="M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}"
    />`;
  return html`<circle class="sent" cx="${x}" cy="${y}" r="5" />`;
}

function stem(lane: Lane, x: number, y: number): Html {
  const way = lane === 'orig' ? 1 : -1;
  const tip = y + way * STEM;
  return html`<path
    class="stem"
    d="M${x} ${y + way * 7}V${tip}M${x - 4} ${tip - way * 5}L${x} ${tip}L${x + 4} ${tip - way * 5}"
  />`;
}

function drawnMark({ mark, x: exact }: Placed, labelled: boolean, bottom: number): Html {
  const x = Math.round(exact * 10) / 10;
  const { word, shape } = KIND[mark.kind];
  if (shape === 'end') {
    return html`<g class="capture-end"
      ><title>${mark.label}</title><path d="M${x} 14V${bottom}" /><text class="middle" x="${x}" y="10"
        >${word}</text
      ></g
    >`;
  }
  const y = laneY(mark.from);
  const labelY = mark.from === 'orig' ? y - 24 : y + 20;
  return html`<g
    ><title>${mark.label}, frame ${mark.frame}</title>${stem(mark.from, x, y)}${glyph(shape, x, y)}${when(
      labelled,
      () =>
        html`<text class="middle" x="${x}" y="${labelY}"
          ><tspan class="strong">${word}</tspan><tspan x="${x}" dy="13">#${mark.frame}</tspan></text
        >`,
    )}</g
  >`;
}

function marks(line: AttemptAxis, bottom: number): readonly Html[] {
  const last: Record<Lane, number> = { orig: -Infinity, resp: -Infinity, other: -Infinity };
  return line.placed.map((one) => {
    const lane = one.mark.from;
    const labelled = one.x - last[lane] >= LABEL_WIDTH;
    if (labelled) last[lane] = one.x;
    return drawnMark(one, labelled, bottom);
  });
}

function axis(line: AttemptAxis, y: number): Html {
  return html`<g class="axis"
    >${line.ticks.map(
      ({ x, at }) =>
        html`<path d="M${x.toFixed(1)} ${y - 4}v8" /><text class="middle" x="${x.toFixed(1)}" y="${y + 18}"
            >${duration(at)}</text
          >`,
    )}${line.breaks.map(
      ({ x, seconds }) =>
        html`<path class="break" d="M${x - 5} ${y + 6}l4 -12M${x + 1} ${y + 6}l4 -12" /><text
            class="middle"
            x="${x}"
            y="${y - 12}"
            >${duration(seconds)}</text
          >`,
    )}</g
  >`;
}

function drawing(verdict: VerdictModel, rule: RuleModel | undefined, id: string): Html {
  const line = timeline(verdict.attempts, LEFT, WIDTH - 10);
  const names = laneNames(rule);
  const sender = (lane: Lane) =>
    verdict.attempts.some(({ from, kind }) => from === lane && kind !== 'capture_end');
  const lanes = LANES.filter((lane) => lane !== 'other' || sender(lane));
  const bottom = laneY(lanes.at(-1) ?? 'resp') + 42;
  const sent = verdict.attempts.filter(({ from }) => from === 'orig').length;
  const back = verdict.attempts.filter(({ from, kind }) => from !== 'orig' && kind !== 'capture_end').length;
  return html`<svg
    class="picture"
    width="${WIDTH}"
    height="${bottom + 24}"
    viewBox="0 0 ${WIDTH} ${bottom + 24}"
    role="img"
    aria-labelledby="a-${id} d-${id}"
  >
    <title id="a-${id}">Packets on a time axis</title>
    <desc id="d-${id}">
      ${counted(sent, 'packet')} from the originator, ${counted(back, 'packet')} in return, over
      ${duration(verdict.attempts.at(-1)?.at ?? 0)}. The list below has the same content.
    </desc>
    ${lanes.map(
      (lane) =>
        html`<path class="lane" d="M${LEFT} ${laneY(lane)}H${WIDTH - 10}" /><text
            class="strong"
            x="4"
            y="${laneY(lane) + 4}"
            >${names[lane]}</text
          >`,
    )}
    <path class="axis-line" d="M${LEFT} ${bottom}H${WIDTH - 10}" />
    ${marks(line, bottom)} ${axis(line, bottom)}
  </svg>`;
}

/** The drawing with its list; null when the finding has no attempts. `id` makes the element ids unique. */
export function packetsFigure(verdict: VerdictModel, rule: RuleModel | undefined, id: string): Html | null {
  if (verdict.attempts.length === 0) return null;
  const names = laneNames(rule);
  const listed = verdict.attempts.slice(0, MAX_MARKS);
  return html`<figure class="packets">
    <figcaption>The packets of one attempt <span class="sub">${hostLabel(verdict.host)}</span></figcaption>
    ${scrollBox('Packets on a time axis', drawing(verdict, rule, id))}
    <details>
      <summary>The attempts as a list</summary>
      <ol class="attempt-list">
        ${listed.map(
          (mark) =>
            html`<li>
              <span class="at">+${mark.at.toFixed(6)} s</span> ${mark.label}${
                mark.kind === 'capture_end'
                  ? ''
                  : `, from ${names[mark.from].toLowerCase()}, frame ${mark.frame}`
              }
            </li>`,
        )}
      </ol>
      ${when(
        listed.length < verdict.attempts.length,
        () =>
          html`<p class="capped">
            ${count(listed.length)} of ${count(verdict.attempts.length)} marks shown.
          </p>`,
      )}
    </details>
  </figure>`;
}
