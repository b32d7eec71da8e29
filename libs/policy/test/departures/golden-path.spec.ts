import { describeDepartures } from './describe-departures.js';

describeDepartures('golden-path.txt');
