/** Looks after the interfaces of one capture child and tells when one goes down, is gone, and is back. */
import type { IncidentLog } from '../feed/incidents.js';
import { adapterDrops, interfaceState } from './interface-state.js';
import type { InterfaceState } from './interface-state.js';

/** An interface as the capture library and as the system call it. */
export interface WatchedInterface {
  readonly name: string;
  readonly friendlyName: string;
}

interface Watched extends WatchedInterface {
  state: InterfaceState;
  /** When it left the state 'up'. */
  lostAt: number;
  /** Drops of the adapter as last read, and their sum since the watch began: a new adapter counts from 0. */
  drops: number | null;
  dropped: number;
}

export class InterfaceWatch {
  /** Names for people. */
  readonly label: string;
  readonly #incidents: IncidentLog;
  readonly #all: readonly Watched[];
  readonly #stateOf: typeof interfaceState;

  constructor(
    interfaces: readonly WatchedInterface[],
    incidents: IncidentLog,
    stateOf: typeof interfaceState = interfaceState,
  ) {
    this.label = interfaces.map(({ friendlyName }) => friendlyName).join(', ');
    this.#incidents = incidents;
    this.#stateOf = stateOf;
    this.#all = interfaces.map((one) => ({
      ...one,
      state: stateOf(one.name, one.friendlyName),
      lostAt: performance.now(),
      drops: adapterDrops(one.name),
      dropped: 0,
    }));
  }

  /** Whether one of the interfaces was in this state at the last look. */
  is(wanted: InterfaceState): boolean {
    return this.#all.some(({ state }) => state === wanted);
  }

  /** Looks at the interfaces now; the worst of their states. */
  look(): InterfaceState {
    for (const one of this.#all) {
      const state = this.#stateOf(one.name, one.friendlyName);
      if (state !== one.state) this.#changed(one, state);
      one.state = state;
      this.#count(one);
    }
    return (['gone', 'down', 'up'] as const).find((state) => this.is(state)) ?? 'unknown';
  }

  /** Packets that the adapters lost since the watch began, as of the last look; null = not known. */
  adapterDrops(): number | null {
    return this.#all.reduce<number | null>(
      (sum, { drops, dropped }) => (sum === null || drops === null ? null : sum + dropped),
      0,
    );
  }

  #count(one: Watched): void {
    const now = adapterDrops(one.name);
    if (now === null) return;
    if (one.drops !== null) one.dropped += now >= one.drops ? now - one.drops : now;
    one.drops = now;
  }

  #changed(one: Watched, state: InterfaceState): void {
    const name = one.friendlyName;
    const wasLost = one.state === 'down' || one.state === 'gone';
    if (state === 'up' && wasLost) {
      const gap = (performance.now() - one.lostAt) / 1000;
      this.#incidents.add('interface_up', `the interface ${name} is up again after ${gap.toFixed(1)} s`, gap);
      return;
    }
    if (!wasLost) one.lostAt = performance.now();
    if (state === 'down') this.#incidents.add('interface_down', `the interface ${name} is down`);
    if (state === 'gone') {
      const text = `the interface ${name} is gone; the capture goes on when it is back`;
      this.#incidents.add('interface_gone', text);
    }
  }
}
