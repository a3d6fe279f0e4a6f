/** Text that people write (YAML, CSV, JSON), changed as a hand, an editor or an attacker would. */
import type { Choice } from '../choice.js';

/** What is put in between: words of these languages, ends of ranges, characters that act. */
const PIECES = [
  '\0', '\t', '\r\n', '\u2028', '\ufeff', '\u202e', '\ud800', '"', "'", '`', ';', ',', ':', '- ', '#', '{', '}', '[', ']',
  '&a ', '*a', '<<: *a', '!!binary ', '!!js/function ', '%YAML 1.1\n---\n', '|\n', '>-\n', '? ', '~', 'null', 'true',
  '-1', '0', '65535', '65536', '1e999', '9007199254740993', '0x10', '1_000', '.inf', '.nan', '2026-01-01',
  '__proto__', 'constructor', '10.0.0.0/33', '::1', 'fe80::1%eth0', '255.255.255.256', '=1+1', '@SUM(1)',
  'x'.repeat(300), 'ü'.repeat(40), '9003-', '-9003', '49152-65535', '{{agent_port}}', '${agent_port}',
]; // prettier-ignore

/** Changes a text in one or some places. */
export function changeText(text: string, choice: Choice): string {
  let out = text;
  for (let n = choice.few(6); n > 0; n--) out = changed(out, choice);
  return out;
}

function changed(text: string, choice: Choice): string {
  const at = choice.below(text.length + 1);
  const lines = text.split('\n');
  const line = choice.below(lines.length);
  switch (choice.below(8)) {
    case 0:
      return text.slice(0, at) + choice.one(PIECES) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(at + choice.few(30));
    case 2:
      return replaceWord(text, at, choice.one(PIECES));
    case 3:
      return replaceWord(text, at, String(choice.edge(32)));
    case 4:
      lines.splice(line, choice.few(3));
      return lines.join('\n');
    case 5:
      lines.splice(choice.below(lines.length), 0, ...lines.slice(line, line + choice.few(20)));
      return lines.join('\n');
    case 6:
      lines[line] = ' '.repeat(choice.below(9)) + (lines[line] ?? '').trimStart();
      return lines.join('\n');
    default:
      return choice.oneIn(6) ? text.slice(0, at) : replaceWord(text, at, wordNear(text, choice));
  }
}

function replaceWord(text: string, at: number, word: string): string {
  const end = at + (/^[\w.-]+/.exec(text.slice(at, at + 80))?.[0].length ?? 0);
  return text.slice(0, at) + word + text.slice(end);
}

function wordNear(text: string, choice: Choice): string {
  const at = choice.below(text.length);
  return /[\w.-]+/.exec(text.slice(at, at + 200))?.[0] ?? '';
}
