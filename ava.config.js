export default {
  files: ['test/**/*.test.ts', '!test/corpus/**'],
  typescript: { rewritePaths: { 'test/': 'build/test/' }, compile: false },
  timeout: '2m',
};
