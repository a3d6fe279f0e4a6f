import '../architecture.test.js';
import '../docs/outputs.test.js';
