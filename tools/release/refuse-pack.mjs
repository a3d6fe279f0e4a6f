/** `npm pack` here would pack sources and tests. */
console.error(
  'portwitness: `npm run package` makes the package that is installed (build/release/portwitness-VERSION.tgz).',
);
process.exitCode = 1;
