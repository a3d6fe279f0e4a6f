import '../rules/docs.test.js';
import '../rules/load.test.js';
import '../rules/match.test.js';
import '../rules/netwrix-modules.test.js';
import '../rules/pack-faults.test.js';
import '../rules/user-activity.test.js';
