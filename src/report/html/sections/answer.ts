/** The first screen: the answer in counts, what the capture is worth in a line, and the causes with who must act. */
import type { MatrixRow } from '../../text/matrix.js';
import type { QualityModel, ReportModel } from '../../model/model.js';
import { count, counted, utcSpan } from '../../text/quantities.js';
import { VERDICT_WORDING } from '../../text/wording.js';
import { VERDICTS } from '../../../verdict/words/words.js';
import { causeTable } from '../pieces/cause-table.js';
import { html, when } from '../pieces/markup.js';
import type { Html } from '../pieces/markup.js';
import { noticeLines } from './notices.js';
import { copyable, icon } from '../pieces/pieces.js';

const STATUS = {
  working: { label: 'Everything required works', icon: 'working' },
  findings: { label: 'Action needed', icon: 'blocked' },
  inconclusive: { label: 'No safe answer yet', icon: 'inconclusive' },
} as const;

/** '6 of 7 computers', 'The one computer'. */
function computersText(some: number, all: number): string {
  return all === 1 ? 'The one computer' : `${count(some)} of ${counted(all, 'computer')}`;
}

/** The answer in counts, without a full stop. Raw. */
export function answerText(model: ReportModel, rows: readonly MatrixRow[]): string {
  const required = (look: 'blocked' | 'degraded') =>
    rows.filter(({ looks }) => looks.some((one, i) => one === look && model.rules[i]?.required === true))
      .length;
  if (model.summary.status !== 'findings') return model.summary.sentence.replace(/\.$/, '');
  const [blocked, degraded] = [required('blocked'), required('degraded')];
  const causes = counted(model.causes.filter((cause) => cause.required).length, 'cause');
  if (blocked > 0) {
    const have = blocked === 1 || rows.length === 1 ? 'has' : 'have';
    return `${computersText(blocked, rows.length)} ${have} a failing required port; ${causes}`;
  }
  if (degraded > 0)
    return `Required ports work badly for ${computersText(degraded, rows.length).replace('The', 'the')}; ${causes}`;
  return model.summary.sentence.replace(/\.$/, '');
}

/** Required rules decide the result; the others are told apart, or a healthy report would seem to have open ends. */
function tally({ totals: { byVerdict, byRequiredVerdict } }: ReportModel): string {
  const said = (numbers: (verdict: (typeof VERDICTS)[number]) => number): string =>
    VERDICTS.filter((verdict) => numbers(verdict) > 0)
      .map((verdict) => `${count(numbers(verdict))} ${VERDICT_WORDING[verdict].label.toLowerCase()}`)
      .join(', ');
  const required = said((verdict) => byRequiredVerdict[verdict] ?? 0);
  const others = said((verdict) => (byVerdict[verdict] ?? 0) - (byRequiredVerdict[verdict] ?? 0));
  return [required === '' ? '' : `Required: ${required}`, others === '' ? '' : `not required: ${others}`]
    .filter((text) => text !== '')
    .join('; ');
}

/** Its addresses; from what it was inferred stands under Provenance. */
function serverText({ server: { addresses, source } }: ReportModel): string {
  if (addresses.length === 0) return 'not known';
  const [first = '', ...others] = addresses;
  const more =
    others.length > 2 ? `, ${others.slice(0, 2).join(', ')} …` : others.map((one) => `, ${one}`).join('');
  return `${first}${more}${source === 'inferred' ? ' (inferred)' : ''}`;
}

function facts(model: ReportModel): Html {
  const known = tally(model);
  return html`<p class="facts">
    <span>Server ${serverText(model)}</span> <span>${utcSpan(model.firstTime, model.lastTime)}</span>
    <span
      >${counted(model.hosts.length, 'computer')} × ${counted(model.rules.length, 'rule')},
      ${counted(model.totals.flows, 'flow')}</span
    >
    ${known === '' ? null : html`<span class="tally">${known}</span>`} ${besides(model)}
  </p>`;
}

/** What is told beside the required ports, and decides nothing by itself. */
function besides({ unexpected, unexpectedOmitted, observations }: ReportModel): readonly Html[] {
  const flows = unexpected.reduce((sum, group) => sum + group.flows, 0);
  const worries = observations.filter(({ level }) => level === 'warning').length;
  return [
    ...(flows > 0
      ? [
          html`<span
            ><a href="#unexpected"
              >${counted(flows, 'unexpected flow')}${unexpectedOmitted > 0 ? ' or more' : ''}</a
            ></span
          > `,
        ]
      : []),
    ...(worries > 0
      ? [html`<span><a href="#observations">${counted(worries, 'warning')} from the payload</a></span> `]
      : []),
  ];
}

const LEVEL_ORDER = { serious: 0, warning: 1, note: 2, good: 3 } as const;

/** A fault of the capture makes verdicts weaker only when it says what it does to them. */
function weakens({ level, consequence }: QualityModel): boolean {
  return (level === 'serious' || level === 'warning') && consequence !== '';
}

/** The worst that is known about the capture itself, in one line. */
function qualityLine({ quality, interrupted }: ReportModel): Html {
  const told = quality
    .filter(({ text }) => text !== interrupted)
    .sort((a, b) => LEVEL_ORDER[a.level] - LEVEL_ORDER[b.level]);
  const worst = told.find(weakens);
  const others = told.length - (worst === undefined ? 0 : 1);
  const link = html`<a href="#quality"
    >${worst === undefined ? counted(others, 'remark') : `${counted(others, 'more remark')}`}</a
  >`;
  if (worst === undefined) {
    return html`<p class="quality-line">
      ${icon('note')}The capture itself: nothing was found that weakens a
      verdict${others > 0 ? html` (${link})` : ''}.
    </p>`;
  }
  return html`<p class="quality-line weak">
    ${icon('degraded')}<strong>The capture itself:</strong> ${worst.text} ${worst.consequence}
    ${when(others > 0, () => link)}
  </p>`;
}

/** Without a cause, what to do stands alone. */
function firstStep({ summary }: ReportModel): Html {
  return html`<p class="do-first">
    <strong>What to do first:</strong> ${summary.action}${
      summary.confirm === '' ? null : html` Confirm ${summary.confirmWhere} with ${copyable(summary.confirm)}`
    }
  </p>`;
}

/** The section "Answer". */
export function answerSection(model: ReportModel, rows: readonly MatrixRow[]): Html {
  const status = STATUS[model.summary.status];
  const table = causeTable(model);
  return html`<section class="answer ${model.summary.status}" id="verdict" aria-labelledby="sentence">
    <div class="answer-head">
      <h1 id="sentence">
        ${icon(status.icon)}<span><span class="sr">${status.label}: </span>${answerText(model, rows)}</span>
      </h1>
      <button type="button" class="copy-block" data-copies="ticket-text" hidden>Copy ticket text</button>
    </div>
    ${facts(model)} ${noticeLines(model)} ${qualityLine(model)}
    ${model.causes.some(({ required }) => required) ? null : firstStep(model)} ${table}
  </section>`;
}
