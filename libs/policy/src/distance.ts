import { Rational } from '@lodemark/domain';

interface Position {
  readonly latitude: string;
  readonly longitude: string;
}

const KM_PER_DEGREE = Rational.parse('111');
const TEN = Rational.parse('10');
const FULL_CIRCLE = Rational.parse('360');

/** Cosine of every tenth degree of latitude, rounded down; a place counts as lying at the next one towards the pole: a distance computed with it is never too long. */
const COSINES = ['1', '0.98', '0.93', '0.86', '0.76', '0.64', '0.49', '0.34', '0.17', '0', '0'].map((text) =>
  Rational.parse(text),
);

/**
 * A distance in kilometres that two places are apart at the least: the larger of their distance in latitude and of
 * half their distance in longitude at the more poleward of them. Exact arithmetic, so that every machine agrees;
 * only ever an underestimate, so that it never calls a possible journey impossible.
 */
export function leastDistanceKm(a: Position, b: Position): Rational {
  const latitudes = [a, b].map(({ latitude }) => Rational.parse(latitude));
  const [first = Rational.zero, second = Rational.zero] = latitudes;
  const northward = first.sub(second).abs().mul(KM_PER_DEGREE);
  const apart = Rational.parse(a.longitude).sub(Rational.parse(b.longitude)).abs();
  const around = Rational.min(apart, FULL_CIRCLE.sub(apart));
  const poleward = Rational.max(first.abs(), second.abs());
  const cosine =
    COSINES.find((_, index) => Rational.fromInteger(index).mul(TEN).compare(poleward) >= 0) ?? Rational.zero;
  // A great circle is shorter than the parallel, but for places on it never below 2/pi of it.
  const eastward = around.mul(cosine).mul(KM_PER_DEGREE).mul(Rational.parse('0.63'));
  return Rational.max(northward, eastward);
}
