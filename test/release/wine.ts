/** Windows programs under wine, in a Windows of their own that is gone afterwards. */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WineRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A path of this system as Windows programs see it. */
export function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`;
}

export class Wine {
  readonly #prefix = mkdtempSync(join(tmpdir(), 'portwitness wine '));
  readonly environment: NodeJS.ProcessEnv;

  private constructor() {
    this.environment = {
      ...process.env,
      WINEPREFIX: this.#prefix,
      WINEDEBUG: '-all',
      // Neither a browser engine nor .NET is wanted.
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      LC_ALL: 'C.UTF-8',
      DISPLAY: '',
    };
  }

  /** A Windows 10: Node starts on nothing older. */
  static start(): Wine {
    const wine = new Wine();
    for (const [program = '', ...args] of [
      ['wineboot', '-i'],
      ['wine', 'winecfg', '-v', 'win10'],
    ]) {
      const { status, stderr } = spawnSync(program, args, { env: wine.environment, encoding: 'utf8' });
      if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
    }
    return wine;
  }

  /** Runs a program to its end. Its output goes to files: a pipe of Unix is none that Node for Windows can open. */
  async run(program: string, args: readonly string[], cwd: string): Promise<WineRun> {
    const paths = [join(this.#prefix, 'out.txt'), join(this.#prefix, 'err.txt')] as const;
    const files = paths.map((path) => openSync(path, 'w'));
    const child = spawn('wine', [program, ...args], {
      cwd,
      env: this.environment,
      stdio: ['ignore', files[0], files[1]],
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
    for (const file of files) closeSync(file);
    return { code, out: readFileSync(paths[0], 'utf8'), err: readFileSync(paths[1], 'utf8') };
  }

  /** Ends what runs in it. */
  stop(): void {
    spawnSync('wineserver', ['-k', '-w'], { env: this.environment });
    rmSync(this.#prefix, { recursive: true, force: true, maxRetries: 3 });
  }
}
