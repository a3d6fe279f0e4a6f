/**
 * Elements from values. Text is set as text and never read as markup; characters that would act (controls, bidi marks)
 * are spelled out, as in the part of the page that stands without a script (visible.ts).
 */
/* global document, navigator, setTimeout */

/** Longest text that is shown, UTF-16 units. */
const MAX_SHOWN = 1000;
const ACTING = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;
const NAMED = { '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function spelled(char) {
  const named = NAMED[char];
  if (named !== undefined) return named;
  const code = char.codePointAt(0);
  const hex = code.toString(16);
  if (code < 256) return `\\x${hex.padStart(2, '0')}`;
  return code < 65_536 ? `\\u${hex}` : `\\u{${hex}}`;
}

/** A text from the capture as it may be shown. */
export function shown(text, most = MAX_SHOWN) {
  const cut = text.length <= most ? text : `${text.slice(0, most)}… (${text.length - most} more characters)`;
  return cut.replace(ACTING, spelled);
}

/** `children` are elements or texts; properties that an element does not have become attributes. */
export function element(name, properties, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  for (const child of children) made.append(typeof child === 'string' ? shown(child, Infinity) : child);
  return made;
}

/** A command or filter in a box with a button that copies it. */
export function copyable(text) {
  const code = element('code', {});
  for (const word of shown(text, Infinity).split(/( +)/)) {
    if (/[-/?|!]/.test(word) && word.length <= 44) code.append(element('span', { className: 'w' }, word));
    else code.append(word);
  }
  const button = element('button', { type: 'button', className: 'copy' }, 'Copy');
  return element('span', { className: 'copyable' }, code, button);
}

/** A text of which the first three sentences show, and the rest opens (pieces.ts). */
export function brief(text) {
  const said = text.split(/(?<=[.!?]["')]?)\s+(?=["'(]?[A-Z0-9])/);
  if (said.length <= 3) return [text];
  const rest = element(
    'details',
    { className: 'more' },
    element('summary', {}, 'more'),
    ` ${said.slice(3).join(' ')}`,
  );
  return [`${said.slice(0, 3).join(' ')} `, rest];
}

/** Puts a text into the clipboard and says so on the button. */
export async function copy(text, button) {
  const word = button.textContent;
  let copied = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    copied = document.execCommand('copy');
    area.remove();
    button.focus();
  }
  button.textContent = copied ? 'Copied' : 'Select and copy by hand';
  setTimeout(() => {
    button.textContent = word;
  }, 2000);
}

/** 1234567 as '1,234,567'. */
export function count(n) {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** The label of a word of the program, '' = it has none: `word('outcome', 'no_reply')`. */
export function word(kind, name) {
  return words().get(`${kind} ${name}`) ?? '';
}

let known = null;

/** The labels stand in the page, hidden. */
function words() {
  if (known !== null) return known;
  known = new Map();
  for (const term of document.querySelectorAll('#words dt'))
    known.set(term.textContent, term.nextElementSibling.textContent);
  return known;
}
