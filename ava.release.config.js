export default {
  files: ['test/release/**/*.test.ts'],
  require: ['./build/src/platform/node/install.js'],
  typescript: { rewritePaths: { 'test/': 'build/test/' }, compile: false },
  timeout: '15m',
};
