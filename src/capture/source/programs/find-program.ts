/** Where a capture program is: the folders of PATH, with PATHEXT on Windows, and where installers put it. */
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

export interface FoundProgram {
  readonly file: string;
  /** False when this user may not run it (dumpcap is for the group wireshark on Debian, Fedora and SUSE). */
  readonly executable: boolean;
}

/** Folders that PATH of a plain user often lacks. */
const MORE_FOLDERS = ['/usr/sbin', '/sbin', '/usr/local/sbin', '/usr/local/bin'];
const MAC_WIRESHARK = '/Applications/Wireshark.app/Contents/MacOS';

/** Null when it is not installed. The first that may be run goes before one that may not. */
export function findProgram(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): FoundProgram | null {
  let forbidden: FoundProgram | null = null;
  for (const folder of foldersOf(environment, platform)) {
    for (const ending of endingsOf(environment, platform)) {
      const file = (platform === 'win32' ? path.win32 : path.posix).join(folder, name + ending);
      const executable = isExecutable(file);
      if (executable === true) return { file, executable };
      if (executable === false) forbidden ??= { file, executable };
    }
  }
  return forbidden;
}

/** Only absolute folders: a program is never taken from the folder that the user happens to stand in. */
function foldersOf(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly string[] {
  const windows = platform === 'win32';
  const rules = windows ? path.win32 : path.posix;
  const listed = valueOf(environment, 'PATH')
    .split(rules.delimiter)
    .map((folder) => (windows ? folder.replace(/^"(.*)"$/, '$1') : folder))
    .filter((folder) => rules.isAbsolute(folder));
  if (!windows) return [...listed, ...MORE_FOLDERS, ...(platform === 'darwin' ? [MAC_WIRESHARK] : [])];
  const programs = ['ProgramFiles', 'ProgramW6432', 'ProgramFiles(x86)']
    .map((name) => valueOf(environment, name))
    .filter((folder) => folder !== '');
  return [...listed, ...programs.map((folder) => path.win32.join(folder, 'Wireshark'))];
}

/** What can be started without a shell: .bat and .cmd cannot. */
function endingsOf(environment: NodeJS.ProcessEnv, platform: NodeJS.Platform): readonly string[] {
  if (platform !== 'win32') return [''];
  const listed = valueOf(environment, 'PATHEXT').toLowerCase().split(';');
  const startable = listed.filter((ending) => ending === '.exe' || ending === '.com');
  return startable.length === 0 ? ['.exe'] : startable;
}

/** Names of variables do not depend on case on Windows; a copy of the environment does. */
function valueOf(environment: NodeJS.ProcessEnv, name: string): string {
  const key = Object.keys(environment).find((one) => one.toUpperCase() === name.toUpperCase());
  return (key === undefined ? undefined : environment[key]) ?? '';
}

/** Null when there is no such file. */
function isExecutable(file: string): boolean | null {
  try {
    if (!statSync(file).isFile()) return null;
  } catch {
    return null;
  }
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
