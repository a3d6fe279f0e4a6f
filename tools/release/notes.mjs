/** The notes of a version, out of CHANGELOG.md: what is unreleased as long as there is such a section, else the version's own. */

/** @param {string} changelog text of the file @param {string} version such as 1.2.3 @returns {string} Markdown */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^(?=## )/m).filter((part) => part.startsWith('## '));
  const titled = (title) => sections.find((part) => part.slice(3).trimStart().startsWith(title));
  const section = titled('Unreleased') ?? titled(version);
  if (section === undefined)
    throw new Error(`CHANGELOG.md has no section "Unreleased" and none "${version}"`);
  const [, ...lines] = section.split('\n');
  return `# portwitness ${version}\n\n${lines.join('\n').trim()}\n`;
}
