import '../architecture.test.js';
