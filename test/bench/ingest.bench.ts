// Single signed events over HTTP, 64 connections, receipts awaited, against Emmett's appendToStream on the same server.
import { Emmett } from './emmett.js';
import { conclude, inParallel, median, perSecond, say } from './figures.js';
import { Plant } from './plant.js';

const CONNECTIONS = 64;
const EVENTS = 4_000;
const ROUNDS = 3;

const plant = await Plant.start(CONNECTIONS);
const emmett = await Emmett.open(plant.server.adminUrl);
try {
  const warm = await plant.signedEvents(500);
  await inParallel(warm, CONNECTIONS, (jws) => plant.post(jws, 'application/jose'));
  await inParallel(warm, CONNECTIONS, (jws) => emmett.append(jws));
  const time = plant.processorTime();
  const [ours, theirs]: [number[], number[]] = [[], []];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const events = await plant.signedEvents(EVENTS);
    time.begin();
    const baseline = await perSecond(EVENTS, () =>
      inParallel(events, CONNECTIONS, (jws) => emmett.append(jws)),
    );
    const [emmettClient, , , emmettPostgres] = time.end(EVENTS);
    time.begin();
    const posted = await perSecond(EVENTS, () =>
      inParallel(events, CONNECTIONS, (jws) => plant.post(jws, 'application/jose')),
    );
    const spent = time.end(EVENTS);
    say(
      `round ${round}: Emmett ${baseline.toFixed(0)} events/s, Lodemark over HTTP ${posted.toFixed(0)} events/s`,
    );
    say(`  processor time an event: ${spent.join(', ')}`);
    say(`  Emmett's: ${String(emmettClient)}, ${String(emmettPostgres)}`);
    theirs.push(baseline);
    ours.push(posted);
  }
  conclude({
    name: 'ingest',
    ours: median(ours),
    baseline: median(theirs),
    unit: 'events/s',
    wanted: '>= 2',
  });
} finally {
  await emmett.close();
  await plant.stop();
}
