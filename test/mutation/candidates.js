import { checksOf, Killers, shuffled, takingTurns } from './choice.js';

/**
 * A mutant that survives is tried with so many of the candidates from scenarios that reach it:
 * those that noticed others of the file lately, those about its checks, any.
 */
const CANDIDATES = { killers: 48, about: 160, any: 96 };
/** Milliseconds for one mutant. */
const LONG_ENOUGH = 12_000;

/** Departures that stand on no page yet, one of which may notice what no test notices. */
export class Candidates {
  killers = new Killers();
  namesOf = new Map();

  constructor(departures) {
    this.departures = departures;
    for (const name of shuffled(departures.names)) {
      const scenario = departures.scenarioOf(name);
      this.namesOf.set(scenario, [...(this.namesOf.get(scenario) ?? []), name]);
    }
  }

  tried(reaching, file) {
    this.departures.forget();
    const begun = Date.now();
    for (const name of this.chosenFrom(reaching, file)) {
      if (Date.now() - begun > LONG_ENOUGH) return undefined;
      const failureMessage = this.departures.failureOf(name);
      if (failureMessage === undefined) continue;
      this.killers.note(file, name);
      return { status: 'killed', killedBy: [name], failureMessage, nrOfTests: 1 };
    }
    return undefined;
  }

  chosenFrom(reaching, file) {
    const scenarios = new Set(reaching.map((name) => /^\S+\.yaml/.exec(name)?.[0]));
    // One of each scenario after another, so that no long one comes before all others.
    const names = takingTurns(
      [...scenarios].flatMap((one) => (this.namesOf.has(one) ? [this.namesOf.get(one)] : [])),
    );
    const all = new Set(names);
    const checks = checksOf(file);
    const about = names.filter((name) => checks.some((check) => this.departures.about(name).includes(check)));
    return new Set([
      ...this.killers
        .of(file)
        .filter((name) => all.has(name))
        .slice(0, CANDIDATES.killers),
      ...about.slice(0, CANDIDATES.about),
      ...names.slice(0, CANDIDATES.any),
    ]);
  }
}
