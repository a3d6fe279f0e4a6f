/** Imported first by every program that runs on Node. */
import { installPlatform } from '../platform.js';
import { nodePlatform } from './node.js';

installPlatform(nodePlatform);
