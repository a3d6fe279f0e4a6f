export default {
  files: ['test/corpus-outputs/**/*.test.ts'],
  require: ['./build/src/platform/node/install.js'],
  typescript: { rewritePaths: { 'test/': 'build/test/' }, compile: false },
  timeout: '30m',
};
