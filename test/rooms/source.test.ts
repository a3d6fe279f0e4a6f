import '../capture/source/cap-child.test.js';
import '../capture/source/files.test.js';
import '../capture/source/interfaces.test.js';
import '../capture/source/live-file.test.js';
import '../capture/source/programs.test.js';
import '../capture/source/stdin.test.js';
