import type { DrivenNetwork } from '../scenario/network.js';
import type { Cluster } from './cluster.js';

/** A cluster that was started on a driven clock, as a scenario drives a network. */
export function drivenCluster(cluster: Cluster, from: Date): DrivenNetwork {
  let at = from;
  return {
    name: cluster.name,
    registryUrl: cluster.registryUrl,
    provenanceUrl: cluster.provenanceUrl,
    custodyOf: (facility) => cluster.custodyOf(facility),
    clock: {
      now: () => at,
      set: async (instant) => {
        at = instant;
        await cluster.setClock(instant);
      },
    },
    token: (subject, roles) => cluster.token(subject, roles),
    settle: () => cluster.settle(),
  };
}
