import '../share/addresses.test.js';
import '../share/gate.test.js';
import '../share/pseudonyms.test.js';
