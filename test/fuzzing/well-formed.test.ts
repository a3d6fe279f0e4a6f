/** The checks of the outputs find what they are for. */
import test from 'ava';
import { checkCsv, checkHarmless, checkHtml, checkPlain, checkZeek } from './well-formed.js';
import { newClaims } from './claims.js';
import { comparable, difference } from './same-result.js';

const page = (body: string): string =>
  `<!doctype html>\n<html><head><meta charset="utf-8"></head><body>${body}</body></html>\n`;

test('a page that is whole is taken; one that is not is refused in words', (t) => {
  t.notThrows(() =>
    checkHtml(page('<p id="a">x &lt; y<br></p><svg><path d="M0 0"/></svg><script>if (a < b) c();</script>')),
  );
  for (const [body, message] of [
    ['<p>', /closes nothing|not closed/],
    ['</p>', /closes nothing/],
    ['a < b', /no tag/],
    ['<p title=x>y</p>', /no tag/],
    ['<p onclick="x()">y</p>', /attribute that acts/],
    ['<i id="a"></i><i id="a"></i>', /occurs twice/],
    ['\u202egnp', /character that acts/],
  ] as const) {
    t.throws(() => checkHtml(page(body)), { message }, body);
  }
});

test('tables have as many cells as their head, and no formulas', (t) => {
  t.notThrows(() => checkCsv('\ufeff"a","b"\r\n1,"x ""y"", z"\r\n"-1",\r\n'));
  t.throws(() => checkCsv('"a","b"\r\n1\r\n'), { message: /row 2 has 1 cells/ });
  t.throws(() => checkCsv('"a"\r\n"=1+1"\r\n'), { message: /formula/ });
  t.throws(() => checkCsv('"a"\r\n"x\ny"z\r\n'), { message: /no cell/ });
  const head = '#fields\tts\tname\n#types\ttime\tstring\n';
  t.notThrows(() => checkZeek(`${head}1.5\tx\n-\t-\n#close\tz\n`));
  t.throws(() => checkZeek(`${head}1.5\n#close\tz\n`), { message: /1 fields/ });
  t.throws(() => checkZeek(`${head}x\ty\n#close\tz\n`), { message: /time "x"/ });
  t.throws(() => checkZeek(`${head}1.5\tx\n`), { message: /does not end/ });
});

test('text that acts and values that are none are found', (t) => {
  t.notThrows(() => checkPlain('all is well\nfor 3 computers'));
  t.throws(() => checkPlain('\u001b[31mred'), { message: /acts/ });
  t.throws(() => checkPlain('seen undefined times'), { message: /none/ });
  t.notThrows(() => checkHarmless('seen undefined times'));
});

test('a copy may say less, and that it works where it failed later; nothing else is new', (t) => {
  const claims = (verdict: 'blocked' | 'working' | 'inconclusive' | 'degraded', high = true) => ({
    all: new Map([['x', verdict]]),
    high: new Map(high ? [['x', verdict]] : []),
  });
  t.deepEqual(newClaims(claims('blocked'), claims('blocked')), []);
  t.deepEqual(newClaims(claims('blocked'), claims('inconclusive', false)), []);
  t.deepEqual(newClaims(claims('blocked'), claims('working')), []);
  t.deepEqual(newClaims(claims('degraded'), claims('blocked')), []);
  t.is(newClaims(claims('working'), claims('blocked')).length, 1);
  t.is(newClaims(claims('inconclusive'), claims('working')).length, 1);
  const none = { all: new Map(), high: new Map() };
  t.deepEqual(newClaims(none, claims('working')), []);
  t.is(newClaims(none, claims('blocked')).length, 1);
});

test('results differ in what they say, not in where it was read', (t) => {
  const result = (file: string, verdict: string) =>
    JSON.stringify({
      captures: [file],
      flow_columns: ['id', 'capture'],
      flows: [[1, file]],
      text: `in ${file}`,
      verdict,
    });
  const of = (file: string, verdict: string) => comparable(result(file, verdict), [file]);
  t.is(difference(of('mem:a', 'works'), of('mem:b', 'works')), '');
  t.is(difference(of('mem:a', 'works'), of('mem:b', 'fails')), '/verdict: "works" and "fails"');
});
