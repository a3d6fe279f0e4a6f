import '../architecture.test.js';
import '../docs/limits.test.js';
import '../docs/outputs.test.js';
import '../fuzzing/well-formed.test.js';
