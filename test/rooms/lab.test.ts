import '../lab/committed.test.js';
import '../lab/halves.test.js';
import '../lab/health.test.js';
import '../lab/lossy.test.js';
