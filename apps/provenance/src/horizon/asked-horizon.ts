/** When to answer: at a size of the root log, or as of an instant, or (neither) at the latest that can be answered at. */
export interface AskedHorizon {
  /** Root log size. */
  readonly horizon?: number | undefined;
  /** RFC 3339: the last horizon whose root leaf was recorded then or before. */
  readonly asOf?: string | undefined;
}
