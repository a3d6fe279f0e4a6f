import '../samples/reports.test.js';
import '../samples/samples.test.js';
import '../samples/verdicts.test.js';
