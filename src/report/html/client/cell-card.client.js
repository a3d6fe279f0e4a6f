/** All that is known of one cell: what was seen, which frames prove it, who must act. */
import { brief, copyable, element, word } from './element.client.js';
import { frameList, hostLabel, verdictTexts } from './texts.client.js';

/** Pieces of evidence and marks shown of one cell. */
const MAX_EVIDENCE = 4;
const MAX_MARKS = 12;

function framesText(frames) {
  return `${frames.length === 1 ? 'frame' : 'frames'} ${frameList(frames)}`;
}

/** `log` is what a line of a firewall log says, in place of frames. */
function evidenceItem({ file, frames, first, last, filter, shows, log }) {
  const rule = log?.rule ? `, by the rule "${log.rule}"` : '';
  return element(
    'li',
    {},
    element(
      'p',
      {},
      element('strong', {}, log ? `${log.unit} ${log.number}` : framesText(frames)),
      ' of ',
      element('span', { className: 'path' }, file),
      `: ${shows}${rule}`,
    ),
    element('p', { className: 'where' }, first === last ? first : `${first} to ${last}`),
    element('p', {}, copyable(log ? log.text : filter)),
  );
}

function term(name, ...children) {
  return element('div', {}, element('dt', {}, name), element('dd', {}, ...children));
}

function attemptsItem(attempts) {
  const list = element('ol', { className: 'attempt-list' });
  for (const { at, frame, kind, label } of attempts.slice(0, MAX_MARKS)) {
    const where = kind === 'capture_end' ? '' : `, frame ${frame}`;
    const time = Number.isFinite(at) ? `+${at.toFixed(3)} s ` : '';
    list.append(element('li', {}, element('span', { className: 'at' }, time), `${label}${where}`));
  }
  return element('details', {}, element('summary', {}, 'The packets, in order'), list);
}

function list(items) {
  return element('ul', { className: 'evidence' }, ...items.map(evidenceItem));
}

function button(text, onClick) {
  const made = element('button', { type: 'button' }, text);
  made.addEventListener('click', onClick);
  return made;
}

/** The card. `back` is the link to its cell, `onNext` leads to the next failing one (null = there is no other). */
export function cellCard(data, row, column, back, { onClose, onNext }) {
  const index = row.cells[column];
  const said = verdictTexts(data.result, index);
  const rule = data.rules[column];
  const place = data.causeOf[index];
  const cause = place < 0 ? null : data.causes[place];
  const title = element(
    'h3',
    { id: 'cell-title', tabIndex: -1 },
    `${hostLabel(row.host)} · ${rule.label} · ${said.seen}`,
  );
  const details = element('dl', {});
  details.append(
    term('Where', `${word('location', said.location)}. `, ...brief(said.location_reason)),
    term('Confidence', word('confidence', said.confidence)),
  );
  if (said.who !== '') details.prepend(term('Who must act', said.who));
  if (said.confirm !== '') details.append(term(`Confirm ${said.confirm_where} with`, copyable(said.confirm)));
  details.append(term('This would change the verdict', said.would_change));
  const ways = element(
    'p',
    { className: 'back' },
    element('a', { href: back }, 'Link to this cell'),
    ...(onNext === null ? [] : [button('Next failing cell', onNext)]),
    button('Close', onClose),
  );
  const evidence = said.evidence.slice(0, MAX_EVIDENCE);
  return element(
    'article',
    { className: `cell-card ${row.looks[column]}`, 'aria-labelledby': 'cell-title' },
    title,
    ways,
    element('p', {}, ...brief(said.reason)),
    ...(cause === null
      ? []
      : [element('p', {}, 'Cause: ', element('a', { href: `#${cause.id}` }, cause.title))]),
    ...(evidence.length === 0 ? [] : [element('h4', {}, 'Evidence'), list(evidence)]),
    ...(said.attempts.length === 0 ? [] : [attemptsItem(said.attempts)]),
    details,
    element('p', { className: 'sub' }, `${rule.ports}, ${rule.direction}. ${rule.purpose}.`),
  );
}
