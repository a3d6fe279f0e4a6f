/** How far a known port is named: by payload, by its port, as one of several. */
import test from 'ava';
import type { NamedService } from '../../../src/recognise/facts/services.js';
import { classReasonText } from '../../../src/report/assemble/words/phrases.js';
import { loadPacks } from '../../../src/rules/load.js';
import { RuleMatcher } from '../../../src/rules/match.js';
import { flow } from '../../rules/packs.js';

const matcher = new RuleMatcher(await loadPacks({ files: [] }));

function told(direction: 'in' | 'out', port: number, service?: NamedService['name']): string {
  const [from, to] =
    direction === 'in' ? (['computer', 'server'] as const) : (['server', 'computer'] as const);
  const { rule, others } = matcher.match(flow('tcp', from, to, port));
  const named = service === undefined ? undefined : ({ name: service, certainty: 'confirmed' } as const);
  return classReasonText('known_rule', rule, others, named);
}

test('a port that one product is known for has its name by the port, and as a fact once the payload shows it', (t) => {
  t.is(told('in', 3389), 'by its port: Remote Desktop to this server');
  t.is(told('in', 3389, 'rdp'), 'Remote Desktop to this server');
  t.regex(told('out', 5723), /^by its port: System Center/);
});

test('of several products that use a port each is named, less those that the payload rules out', (t) => {
  t.regex(told('out', 8080), /^one of: Dell Isilon.*; Web proxy/);
  t.is(told('out', 8080, 'http'), 'Web proxy or web application');
  t.regex(told('out', 443, 'ssl'), /^one of: .*; and \d more$/);
});
