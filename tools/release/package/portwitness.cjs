#!/usr/bin/env node
/*
 * What the command of the npm package runs: it says which Node is needed before anything is loaded that an old one does not
 * understand. Written so that Node 4 reads it.
 */
'use strict';

var wanted = require('../package.json').engines.node.replace('>=', '');

function isOlder(version, than) {
  var ours = version.split('.').map(Number);
  var least = than.split('.').map(Number);
  for (var at = 0; at < least.length; at++) if (ours[at] !== least[at]) return ours[at] < least[at];
  return false;
}

if (isOlder(process.versions.node, wanted)) {
  var here = 'this is ' + process.versions.node + ' (' + process.execPath + ').\n';
  var advice = 'Install a newer one, or use portwitness.exe or the page, which need none.';
  console.error('portwitness: Node.js ' + wanted + ' or newer is needed; ' + here + advice);
  process.exitCode = 2;
} else {
  require('./load.cjs');
}
