/** Remedies as a report model holds them. */
import type { ReportModel } from '../../src/report/model/model.js';

/** What would mend 9003 on two computers, with an address list too long for one piece of text. */
export const REMEDIES: ReportModel['remedies'] = [
  {
    rule: 'ua-9003',
    location: 'remote_host',
    computers: 2,
    addressesOmitted: 0,
    remedies: [
      {
        kind: 'service',
        title: 'Start the service that should listen',
        where: 'on 10.20.1.22',
        text: `Get-Service -Name 'X' ${'10.20.1.22,'.repeat(200)}end`,
        note: 'Look at its log.',
      },
      {
        kind: 'change_request',
        title: 'Change request',
        where: 'in a ticket',
        text: 'Allow TCP 9003 from 10.20.0.5 to 10.20.1.22, 10.20.2.30.',
        note: '',
      },
    ],
  },
];
