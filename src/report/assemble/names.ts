/** What inputs and hosts are called, and where that was learned. */
import type { CaptureFile } from '../../capture/frame.js';
import type { HostModel } from '../model.js';

/** What an input is called for a reader: '-' says nothing to one who did not type it. */
export function sourceName(path: string): string {
  return path === '-' ? 'standard input' : path;
}

export class HostNames {
  private readonly names = new Map<string, { name: string; source: string }>();

  constructor(files: readonly CaptureFile[]) {
    for (const file of files) {
      for (const { address, name } of file.names) {
        if (!this.names.has(address)) {
          this.names.set(address, { name, source: 'name resolution block of the capture' });
        }
      }
    }
  }

  /** '' = unknown. */
  nameOf(address: string): string {
    return this.names.get(address)?.name ?? '';
  }

  host(address: string): HostModel {
    const known = this.names.get(address);
    return { address, name: known?.name ?? '', nameSource: known?.source ?? '' };
  }

  /** 'NAS01 (10.20.0.10)' or the bare address. */
  label(address: string): string {
    const name = this.nameOf(address);
    return name === '' ? address : `${name} (${address})`;
  }
}
