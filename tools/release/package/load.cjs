/* In a file of its own: an old Node refuses the whole file in which it finds an import(). */
'use strict';

import('../bundle/portwitness.js');
