/** Names of a network's logs: the root log is `<network>/root`, a facility's `<network>/log/<facility>`. */
export class Origins {
  readonly root: string;
  private readonly prefix: string;

  constructor(readonly network: string) {
    this.root = `${network}/root`;
    this.prefix = `${network}/log/`;
  }

  ofFacility(facility: string): string {
    return `${this.prefix}${facility}`;
  }

  /** The facility whose log this is; undefined for any other origin. */
  facilityOf(origin: string): string | undefined {
    const facility = origin.startsWith(this.prefix) ? origin.slice(this.prefix.length) : '';
    return /^[a-z0-9-]{1,63}$/.test(facility) ? facility : undefined;
  }
}
