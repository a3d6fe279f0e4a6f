export default {
  files: ['test/cases/**/*.test.ts'],
  require: ['./build/src/platform/node/install.js'],
  typescript: { rewritePaths: { 'test/': 'build/test/' }, compile: false },
  timeout: '15m',
};
