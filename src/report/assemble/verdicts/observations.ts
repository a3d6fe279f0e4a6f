/** Observations in sentences: what the payload showed, what it means, who acts, and the frames. */
import { Flow } from '../../../flow/flow.js';
import { firstLabel, observe } from '../../../verdict/flows/observations.js';
import type { Named, Observation } from '../../../verdict/flows/observations.js';
import { hostKeyText } from '../../../verdict/words/host-key.js';
import type { HostKey } from '../../../verdict/words/host-key.js';
import type { HostModel } from '../../model/host-model.js';
import type { ObservationModel } from '../../model/model.js';
import { displayFilter } from '../flows/evidence.js';
import type { ReportInput } from '../input/input.js';
import type { HostNames } from '../input/names.js';
import { timeStamp } from '../input/time.js';

interface Wording {
  /** What does not concern this server's work is a note. */
  readonly level: ObservationModel['level'];
  readonly title: string;
  readonly text: (o: Observation, from: string, to: string) => string;
  readonly who: (from: string, to: string) => string;
}

const WORDING: Readonly<Record<Observation['code'], Wording>> = {
  clear_remoting: {
    level: 'warning',
    title: 'Remoting in clear text',
    text: (o, from, to) =>
      `${o.what} between ${from} and ${to} carries unprotected .NET Remoting. Versions of the product before 10.5 can be taken over through it (CVE-2022-31199).`,
    who: () => 'Whoever administers the product: update it to version 10.5 or later.',
  },
  access_denied: {
    level: 'warning',
    title: 'The port works, the right does not',
    text: (o, from, to) => `${to} refused ${from}: ${o.what}, ${o.detail}.`,
    who: (_from, to) =>
      `Whoever administers accounts and rights on ${to}: the account that the product uses there.`,
  },
  lookup_failed: {
    level: 'warning',
    title: 'A name did not resolve',
    text: (o, from) =>
      `${from} looked up ${o.what} and got no address (${o.detail}). ` +
      (o.own
        ? 'The agents reach this server by name.'
        : 'This server and the agents find each other by name.'),
    who: () => 'Whoever administers DNS and name resolution.',
  },
  port_named_not_tried: {
    level: 'note',
    title: 'A port was named and never tried',
    text: (o, from, to) =>
      `${to} told ${from} to use ${o.what}${o.detail === '' ? '' : ` for ${o.detail}`}, but no connection to it was seen: not needed after all, or stopped before the capture point.`,
    who: (from) => `The administrator of ${from}, if what needs this port does not work.`,
  },
};

/** An observation with what it is about, raw, and whom it concerns: who asked for a name, who refused a right. */
export interface FoundObservation {
  readonly model: ObservationModel;
  readonly what: string;
  readonly detail: string;
  readonly host: HostModel;
}

export interface AssembledObservations {
  readonly found: readonly FoundObservation[];
  readonly list: readonly ObservationModel[];
  readonly omitted: number;
}

export function observationsOf(
  input: ReportInput,
  names: HostNames,
  productPorts: ReadonlySet<number>,
): AssembledObservations {
  const { judgement, meter, facts } = input;
  const hostLabels = new Map<string, Named>();
  const label = (whose: Named, keys: Iterable<HostKey>): void => {
    for (const key of keys) {
      const name = names.nameOf(hostKeyText(key));
      if (name !== '') hostLabels.set(firstLabel(name), whose);
    }
  };
  label('computer', judgement.computers);
  label('server', judgement.server.keys);
  const found = observe(meter.flows, facts, judgement.rpc, {
    server: judgement.server.keys,
    computers: new Set(judgement.computers),
    productPorts,
    hostLabels,
  });
  const flow = new Flow(meter.flows);
  const assembled = found.list.map((one): FoundObservation => {
    flow.move(one.seen.flow);
    const concerned = flow.addressText(one.code === 'lookup_failed' ? 0 : 1);
    const { what, detail } = one;
    return { model: model(one, flow, input, names), what, detail, host: names.host(concerned) };
  });
  const list = assembled.map((one) => one.model);
  list.sort((a, b) => Number(a.level === 'note') - Number(b.level === 'note'));
  return { found: assembled, list, omitted: found.omitted };
}

function model(o: Observation, flow: Flow, input: ReportInput, names: HostNames): ObservationModel {
  const wording = WORDING[o.code];
  const from = names.label(flow.addressText(0));
  const to = names.label(flow.addressText(1));
  const time = timeStamp(o.seen.sec, o.seen.nsec);
  return {
    code: o.code,
    level: o.own || o.code === 'lookup_failed' ? wording.level : 'note',
    title: wording.title,
    text: wording.text(o, from, to),
    who: wording.who(from, to),
    count: o.count,
    evidence: {
      file: input.files[o.seen.fileIndex]?.path ?? '',
      frames: [o.seen.frame],
      firstTime: time,
      lastTime: time,
      filter: displayFilter(flow),
      shows: o.what,
    },
  };
}
