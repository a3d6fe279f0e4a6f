import '../share/addresses.test.js';
import '../share/frames.test.js';
import '../share/gate.test.js';
import '../share/hostile.test.js';
import '../share/mapping.test.js';
import '../share/pseudonyms.test.js';
import '../share/shared-captures.test.js';
import '../share/shared-evidence.test.js';
