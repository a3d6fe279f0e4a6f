/** Zeek's conn_state for every pair of endpoint states. */
import test from 'ava';
import { CONN_STATES, EndpointState, tcpConnState, udpConnState } from '../../src/flow/record/conn-state.js';
import type { ConnState } from '../../src/flow/record/conn-state.js';

const STATES = ['Inactive', 'SynSent', 'SynAckSent', 'Partial', 'Established', 'Closed', 'Reset'] as const;

/**
 * Written from the published definition (docs.zeek.org, base/protocols/conn/main.zeek): rows are the
 * originator's state, columns the responder's in the order of STATES; history without a SYN.
 */
const WITH_BYTES: Readonly<Record<(typeof STATES)[number], string>> = {
  Inactive: '   OTH  OTH OTH OTH  OTH SHR RSTRH',
  SynSent: '    S0   OTH OTH OTH  OTH S3  REJ',
  SynAckSent: ' OTH  OTH OTH OTH  OTH S3  REJ',
  Partial: '    OTH  OTH OTH OTH  OTH SHR RSTRH',
  Established: 'OTH  OTH OTH OTH  S1  S3  RSTR',
  Closed: '     SH   S2  S2  SH   S2  SF  RSTR',
  Reset: '      OTH  RSTO RSTO OTH RSTO RSTO RSTR',
};

function row(text: string): string[] {
  return text.trim().split(/\s+/);
}

for (const orig of STATES) {
  for (const [column, resp] of STATES.entries()) {
    test(`originator ${orig}, responder ${resp}`, (t) => {
      const wanted = row(WITH_BYTES[orig])[column];
      const found = (bytes: number): ConnState =>
        tcpConnState(EndpointState[orig], EndpointState[resp], bytes, 'DdR');
      t.is(found(1), wanted as ConnState);
      const bothReset = orig === 'Reset' && resp === 'Reset';
      t.is(found(0), bothReset ? 'REJ' : (wanted as ConnState));
    });
  }
}

test('a SYN and then a RST of the originator is RSTOS0 only while nothing else of it came between', (t) => {
  const cases: [string, ConnState][] = [
    ['SR', 'RSTOS0'],
    ['^SR', 'RSTOS0'],
    ['STR', 'RSTOS0'],
    ['SWRa', 'RSTOS0'],
    ['SaR', 'RSTOS0'],
    ['SAR', 'OTH'],
    ['SHR', 'OTH'],
    ['SFR', 'OTH'],
    ['SGR', 'OTH'],
    ['SIR', 'OTH'],
    ['SQR', 'OTH'],
    ['sSR', 'OTH'],
    ['R', 'OTH'],
    ['^R', 'OTH'],
    ['S', 'OTH'],
    ['Sr', 'OTH'],
  ];
  for (const [history, wanted] of cases) {
    for (const resp of [EndpointState.Inactive, EndpointState.Partial]) {
      t.is(tcpConnState(EndpointState.Reset, resp, 0, history), wanted, history);
    }
  }
});

test('UDP states say only who has sent', (t) => {
  t.is(udpConnState(true, true), 'SF');
  t.is(udpConnState(true, false), 'S0');
  t.is(udpConnState(false, true), 'SHR');
  t.is(udpConnState(false, false), 'OTH');
});

test('there are thirteen states', (t) => {
  t.is(new Set(CONN_STATES).size, 13);
});
