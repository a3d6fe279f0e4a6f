/** Change requests as CSV, and texts for tickets: whole, short, and safe wherever they are pasted. */
import test from 'ava';
import { writeChanges } from '../../src/report/changes/write.js';
import type { ReportModel } from '../../src/report/model/model.js';
import { MAX_TICKET_LINES, ticketsOf, writeTickets } from '../../src/report/tickets/write.js';
import { collected } from './collect.js';
import { healthy, withFindings } from './fixture.js';
import { ATTACKS, EVERYTHING } from './hostile.js';

function records(csv: string): string[] {
  return csv.replace('\uFEFF', '').trimEnd().split('\r\n');
}

test('each source and destination of a change has a line, with its cause beside it', async (t) => {
  const csv = await collected(writeChanges, withFindings());
  const [head = '', ...lines] = records(csv);
  t.true(csv.startsWith('\uFEFF') && csv.endsWith('\r\n'));
  t.true(head.startsWith('cause,source,destination,protocol,port,first_seen,last_seen,failed_attempts'));
  t.is(lines.length, 2);
  for (const [i, destination] of ['10.20.1.22', '10.20.2.0/28'].entries()) {
    t.true(lines[i]?.startsWith(`"c1","10.20.0.5","${destination}","tcp","9003",`), lines[i]);
  }
  // Quotes are doubled, and the cause says who must act.
  t.true(lines[0]?.includes('""both ways"", =1+1"'));
  t.true(lines[0]?.includes('the administrator of'));
});

test('a cell that a spreadsheet would run is text', async (t) => {
  const model = withFindings();
  const changes = model.changes.map((one) => ({ ...one, reason: '=cmd|calc!A1' }));
  t.true((await collected(writeChanges, { ...model, changes })).includes(`"'=cmd|calc!A1"`));
});

test('where no firewall can be at fault the file has its header alone', async (t) => {
  t.is(records(await collected(writeChanges, healthy())).length, 1);
});

/** The causes of a model under one owner. */
function ownedBy(model: ReportModel, who: string): ReportModel {
  return { ...model, causes: model.causes.map((cause) => ({ ...cause, who })) };
}

test('there is a ticket for all and one for each who must act, each of ten lines at the most', (t) => {
  const model = withFindings();
  const tickets = ticketsOf(model);
  t.is(tickets.length, 1 + new Set(model.causes.map(({ who }) => who)).size);
  t.is(tickets[0]?.title, 'For all');
  t.true(tickets[0]?.lines[0]?.startsWith(`Result: ${model.summary.sentence.slice(0, 40)}`));
  for (const { title, lines } of tickets) {
    t.true(lines.length > 0 && lines.length <= MAX_TICKET_LINES, title);
  }
});

test('the ticket of one cause says what fails, what is asked, where and what proves it', (t) => {
  const model = withFindings();
  const [first] = model.causes;
  const ticket = ticketsOf({ ...model, causes: [first!] })[1];
  t.is(ticket?.title, `For ${first!.who}`);
  const text = ticket?.lines.join('\n') ?? '';
  // Whoever gets it does not know which server is meant.
  t.true(text.includes(`This server: the Netwrix Auditor Server, ${model.server.addresses[0]}`));
  for (const words of [first!.title, first!.action, 'Evidence: ', 'Wireshark filter', 'confidence']) {
    t.true(text.includes(words), words);
  }
});

test('an owner of many causes gets one ticket, which counts those that it leaves out', (t) => {
  const model = withFindings();
  const causes = Array.from({ length: 9 }, (_, i) => ({ ...model.causes[0]!, id: `c${i + 1}` }));
  const tickets = ticketsOf(ownedBy({ ...model, causes }, 'the network team'));
  t.is(tickets.length, 2);
  t.is(tickets[1]?.lines[0], '9 causes for you, the most serious first:');
  t.true(
    tickets[1]?.lines.some((line) => /^\d more causes in the report\.$/.test(line)),
    tickets[1]?.lines.join('\n'),
  );
});

test('without a cause the ticket says what to do first', (t) => {
  const tickets = ticketsOf(healthy());
  t.is(tickets.length, 1);
  t.true(tickets[0]?.lines.some((line) => line.startsWith('Do first: ')));
});

test('what comes from the network cannot become markup, a new line or a control of the terminal', async (t) => {
  for (const attack of [...ATTACKS, EVERYTHING]) {
    const model = ownedBy(withFindings(), attack);
    const plain = await collected((one, sink) => writeTickets(one, sink, false), model);
    // eslint-disable-next-line no-control-regex -- these are what is looked for
    t.notRegex(plain, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u, attack);
    const markdown = await collected((one, sink) => writeTickets(one, sink, true), model);
    t.notRegex(markdown, /(?<!\\)[<[*_`|]/, attack);
  }
});
