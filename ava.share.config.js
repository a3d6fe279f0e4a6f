export default {
  files: ['test/corpus-share/**/*.test.ts'],
  require: ['./build/src/platform/node/install.js'],
  typescript: { rewritePaths: { 'test/': 'build/test/' }, compile: false },
  timeout: '5m',
};
