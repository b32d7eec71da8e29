import { Rational } from '@lodemark/domain';

interface Position {
  readonly latitude: string;
  readonly longitude: string;
}

interface Point {
  readonly x: Rational;
  readonly y: Rational;
}

/** Whether a position lies in the ring of corners, its edge included (even-odd rule, exact; no ring crosses 180°). */
export function insideSite(position: Position, ring: readonly Position[]): boolean {
  const edges = ring.map((corner, index): [Point, Point] => [
    point(corner),
    point(ring[(index + 1) % ring.length] ?? corner),
  ]);
  const at = point(position);
  const crossings = edges.filter(([a, b]) => crosses(a, b, at));
  return crossings.length % 2 === 1 || edges.some(([a, b]) => onEdge(a, b, at));
}

function point({ latitude, longitude }: Position): Point {
  return { x: Rational.parse(longitude), y: Rational.parse(latitude) };
}

function crosses(a: Point, b: Point, at: Point): boolean {
  if (a.y.greaterThan(at.y) === b.y.greaterThan(at.y)) return false;
  const x = a.x.add(b.x.sub(a.x).mul(at.y.sub(a.y)).div(b.y.sub(a.y)));
  return at.x.lessThan(x);
}

function onEdge(a: Point, b: Point, at: Point): boolean {
  const turn = b.x
    .sub(a.x)
    .mul(at.y.sub(a.y))
    .sub(b.y.sub(a.y).mul(at.x.sub(a.x)));
  if (!turn.isZero()) return false;
  const within = (from: Rational, to: Rational, value: Rational) =>
    value.compare(Rational.min(from, to)) >= 0 && value.compare(Rational.max(from, to)) <= 0;
  return within(a.x, b.x, at.x) && within(a.y, b.y, at.y);
}
