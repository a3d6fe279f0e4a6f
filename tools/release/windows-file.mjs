/**
 * Node's own .exe as ours: without its signature, which no longer holds, with our icon and description, and with the program as the
 * resource in which Node looks for it. All by one writing of the resources: postject, after that, takes the relocations apart.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PROJECT } from './project.mjs';

const ICON = fileURLToPath(new URL('portwitness.ico', import.meta.url));
/** English (United States) and UTF-16, as Node's own. */
const LANGUAGE = { lang: 1033, codepage: 1200 };
const RT_RCDATA = 10;

/** Turns the switch that Node reads to know whether a program is in it. @returns {Buffer} a copy */
function switchedOn(node, fuse) {
  const program = Buffer.from(node);
  const at = program.indexOf(`${fuse}:0`);
  if (at < 0 || program.indexOf(`${fuse}:0`, at + 1) >= 0)
    throw new Error('node.exe holds no switch, or several');
  program.write('1', at + fuse.length + 1);
  return program;
}

function replaceIcons(resources, { Data, Resource }) {
  const icons = Data.IconFile.from(readFileSync(ICON)).icons.map(({ data }) => data);
  for (const { id, lang } of Resource.IconGroupEntry.fromEntries(resources.entries))
    Resource.IconGroupEntry.replaceIconsForResource(resources.entries, id, lang, icons);
}

function describe(resources, { Resource }) {
  const [info] = Resource.VersionInfo.fromEntries(resources.entries);
  const [major, minor, patch] = PROJECT.version.split(/[.-]/).map(Number);
  info.setFileVersion(major, minor, patch, 0, LANGUAGE.lang);
  info.setProductVersion(major, minor, patch, 0, LANGUAGE.lang);
  info.setStringValues(LANGUAGE, {
    CompanyName: 'portwitness',
    FileDescription: 'portwitness: which ports really work?',
    ProductName: 'portwitness',
    InternalName: 'portwitness',
    OriginalFilename: 'portwitness.exe',
    LegalCopyright: `${PROJECT.license} licence; contains Node.js, see THIRD-PARTY-NOTICES.txt`,
  });
  info.outputToResourceEntries(resources.entries);
}

/** @param {Uint8Array} node bytes of node.exe @param {Uint8Array} blob the program @returns {Promise<Buffer>} */
export async function windowsProgram(node, blob, { name, fuse }) {
  const resedit = await import('resedit');
  const program = resedit.NtExecutable.from(switchedOn(node, fuse), { ignoreCert: true });
  const resources = resedit.NtExecutableResource.from(program);
  replaceIcons(resources, resedit);
  describe(resources, resedit);
  const bin = blob.buffer.slice(blob.byteOffset, blob.byteOffset + blob.byteLength);
  resources.entries.push({ type: RT_RCDATA, id: name, lang: 0, codepage: 0, bin });
  resources.outputResource(program);
  return Buffer.from(program.generate());
}
