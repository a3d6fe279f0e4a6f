import '../decode/encapsulation.test.js';
import '../decode/fast-path.test.js';
import '../decode/fragments.test.js';
import '../decode/frame-headers.test.js';
import '../decode/ip.test.js';
import '../decode/mutation.test.js';
import '../decode/transport.test.js';
