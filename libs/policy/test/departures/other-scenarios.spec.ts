import { describeDepartures } from './describe-departures.js';

describeDepartures('other-scenarios.txt');
