/** The files that were dropped or chosen: captures, a list of computers, rule packs, firewall logs, told apart by their names. */
import { bytes } from '../../report/text/quantities.js';
import { element } from './elements.js';

type Kind = 'capture' | 'hosts' | 'rules' | 'log';

interface Chosen {
  readonly file: File;
  /** Unique: two files of one name lie in different folders. */
  readonly name: string;
  readonly kind: Kind;
}

const KIND_TEXTS: Readonly<Record<Kind, string>> = {
  capture: 'capture',
  hosts: 'list of computers (--hosts)',
  rules: 'rule pack (--rules)',
  log: 'firewall log (--firewall-log)',
};

const byNumber = new Intl.Collator('en', { numeric: true });

function kindOf(name: string): Kind {
  if (/\.ya?ml$/i.test(name)) return 'rules';
  if (/\.(log|xml)$/i.test(name)) return 'log';
  return /\.(csv|tsv|txt)$/i.test(name) ? 'hosts' : 'capture';
}

export class FileList {
  #chosen: Chosen[] = [];

  constructor() {
    const pick = element<HTMLInputElement>('pick');
    pick.addEventListener('change', () => {
      this.#add([...(pick.files ?? [])]);
      // The same file can be chosen again.
      pick.value = '';
    });
    this.#takeDrops();
  }

  captures(): readonly string[] {
    return this.#named('capture');
  }

  all(): ReadonlyMap<string, Blob> {
    return new Map(this.#chosen.map(({ name, file }) => [name, file]));
  }

  file(name: string): Blob {
    return this.all().get(name) ?? new Blob([]);
  }

  /** As options of the command line. */
  options(): Record<string, string | readonly string[]> {
    const hosts = this.#named('hosts');
    const rules = this.#named('rules');
    const logs = this.#named('log');
    return {
      ...(hosts[0] === undefined ? {} : { hosts: hosts.length === 1 ? hosts[0] : hosts }),
      ...(rules.length === 0 ? {} : { rules }),
      ...(logs.length === 0 ? {} : { 'firewall-log': logs }),
    };
  }

  #named(kind: Kind): string[] {
    return this.#chosen.filter((one) => one.kind === kind).map(({ name }) => name);
  }

  #takeDrops(): void {
    const drop = element('drop');
    addEventListener('dragover', (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
    addEventListener('dragleave', () => drop.classList.remove('over'));
    addEventListener('drop', (event) => {
      event.preventDefault();
      drop.classList.remove('over');
      const items = [...(event.dataTransfer?.items ?? [])];
      const folder = items
        .map((item) => item.webkitGetAsEntry())
        .find((entry) => entry?.isDirectory === true);
      if (folder !== undefined && folder !== null)
        this.#say(`${folder.name}: this is a folder; drop the files that are in it.`);
      else this.#add([...(event.dataTransfer?.files ?? [])]);
    });
  }

  /** As the command line sorts what a pattern matches: numbers by their value. */
  #add(files: readonly File[]): void {
    this.#say('');
    for (const file of [...files].sort((a, b) => byNumber.compare(a.name, b.name))) {
      if (this.#chosen.some((one) => isSame(one.file, file))) {
        this.#say(`${file.name} is given twice and read once.`);
        continue;
      }
      this.#chosen.push({ file, name: this.#freeName(file.name), kind: kindOf(file.name) });
    }
    this.#draw();
  }

  #freeName(wanted: string): string {
    for (let n = 1; ; n++) {
      const name = n === 1 ? wanted : `${wanted} (${n})`;
      if (!this.#chosen.some((one) => one.name === name)) return name;
    }
  }

  #draw(): void {
    element('files').replaceChildren(
      ...this.#chosen.map((one) => {
        const remove = document.createElement('button');
        remove.type = 'button';
        remove.textContent = 'Remove';
        remove.setAttribute('aria-label', `Remove ${one.name}`);
        remove.addEventListener('click', () => {
          this.#chosen = this.#chosen.filter((other) => other !== one);
          this.#draw();
          element('pick').focus();
        });
        const row = document.createElement('li');
        const name = document.createElement('span');
        name.textContent = `${one.name}, ${bytes(one.file.size)}, ${KIND_TEXTS[one.kind]}`;
        row.append(name, remove);
        return row;
      }),
    );
  }

  #say(text: string): void {
    const error = element('error');
    error.textContent = text;
    error.hidden = text === '';
  }
}

function isSame(a: File, b: File): boolean {
  return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}
