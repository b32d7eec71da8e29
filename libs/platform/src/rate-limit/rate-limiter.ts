import { tooManyRequests } from '../problems/standard-problems.js';

export const RATE_LIMITER = Symbol('RATE_LIMITER');

/** A token bucket: `burst` at once, `perSecond` in the long run. */
export interface RateLimit {
  readonly burst: number;
  readonly perSecond: number;
}

export interface RateLimiterOptions {
  /** Keys remembered at most; the one that was quiet longest is forgotten first. Default 10,000. */
  readonly maxKeys?: number;
  /** Milliseconds of a clock that never goes back; not the service's clock, which scenarios drive. */
  readonly now?: () => number;
}

interface Bucket {
  tokens: number;
  at: number;
}

/** Counts what each key (a caller, an address, a facility) takes, in this process. */
export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>();
  private readonly maxKeys: number;
  private readonly now: () => number;

  constructor(
    private readonly limit: RateLimit,
    { maxKeys = 10_000, now = () => performance.now() }: RateLimiterOptions = {},
  ) {
    if (!(limit.burst >= 1 && limit.perSecond > 0)) throw new RangeError('A rate limit admits something');
    this.maxKeys = maxKeys;
    this.now = now;
  }

  /**
   * Takes `cost` from the key's bucket, or throws the 429 `ProblemError` that says how long to wait. What costs more
   * than a whole burst is admitted from a full bucket, and paid off afterwards.
   */
  take(key: string, cost = 1): void {
    const { burst, perSecond } = this.limit;
    const bucket = this.refilled(key);
    const needed = Math.min(cost, burst);
    if (bucket.tokens < needed) {
      const waitMs = ((needed - bucket.tokens) / perSecond) * 1000;
      throw tooManyRequests(waitMs, `At most ${perSecond} per second, ${burst} at once.`);
    }
    bucket.tokens -= cost;
  }

  // A map keeps the order of insertion: taking a key out and putting it back makes it the most recent one.
  private refilled(key: string): Bucket {
    const now = this.now();
    const { burst, perSecond } = this.limit;
    const bucket = this.buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * perSecond);
    bucket.at = now;
    this.buckets.delete(key);
    this.buckets.set(key, bucket);
    const [quietest] = this.buckets.keys();
    if (this.buckets.size > this.maxKeys && quietest !== undefined) this.buckets.delete(quietest);
    return bucket;
  }
}
