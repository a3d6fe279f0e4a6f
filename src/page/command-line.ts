/** The command that does the same as the page, for the report's provenance: who has the captures can repeat it. */

/** @param options values by option name, in the order in which they are written */
export function commandLine(
  captures: readonly string[],
  options: Readonly<Record<string, string | readonly string[]>>,
): string {
  const words = ['portwitness', ...captures];
  for (const [name, given] of Object.entries(options)) {
    for (const value of typeof given === 'string' ? [given] : given) words.push(`--${name}`, value);
  }
  return words.map(quotedWord).join(' ');
}

function quotedWord(word: string): string {
  return /^[\w@%+=:,./~*?\\-]+$/.test(word) ? word : `"${word}"`;
}
