import '../bench/generate.test.js';
import '../bench/growth.test.js';
import '../bench/halves.test.js';
