import { Relays, type RelaysOptions } from '@lodemark/feed';

// A service's relays in a process of its own, for a test to kill.
const options = JSON.parse(process.argv[2] ?? '') as RelaysOptions;
new Relays(options);
