/** A configuration profile of Wireshark: a colour and a button for each cause. */
import type { Format } from '../write/format.js';

export const WIRESHARK_PROFILE: Format = {
  option: 'wireshark-profile',
  value: 'FOLDER',
  help: "a profile for Wireshark's profiles folder: a colour and a filter button for each cause",
  load: async () => {
    const { PROFILE_FILES } = await import('./write.js');
    return PROFILE_FILES;
  },
};
