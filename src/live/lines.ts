/** Events for people: one line each, safe for a terminal whatever a name holds. */
import type { Writable } from 'node:stream';
import { visible } from '../report/visible.js';
import type { LiveEvent, LiveOutput } from './model.js';

/** '14:03:22Z  working > blocked  TCP 9004  WS01 (10.0.0.1)  No answer ...' */
export function lineOf(event: LiveEvent): string {
  const time = `${event.time.slice(11, 19)}Z`;
  if (event.type !== 'verdict_changed') return `${time}  ${visible(event.text)}`;
  const { from, to, ruleLabel, host, hostName, reason } = event;
  const name = hostName === '' ? host : `${hostName} (${host})`;
  const change = from === to ? `still ${to}` : `${from} > ${to}`;
  return [time, change, visible(ruleLabel), visible(name), visible(reason)].join('  ');
}

export class EventLines implements LiveOutput {
  readonly trouble = '';
  private readonly stream: Writable;

  constructor(stream: Writable) {
    this.stream = stream;
  }

  event(event: LiveEvent): void {
    this.stream.write(`${lineOf(event)}\n`);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
