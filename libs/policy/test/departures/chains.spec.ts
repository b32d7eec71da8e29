import { describeDepartures } from './describe-departures.js';

describeDepartures('chains.txt');
