/** What the checks of physics, measurement, mixing and recycled material say; see `SENTENCES`. */
export const PHYSICS_SENTENCES = {
  'limit-unstated': 'the policy names the check and states no limits for it ({parameter})',
  // C39
  'no-alloy-made': 'nothing of the lineage was melted into an alloy',
  'composition-agrees': 'in {compared} melts and later steps the composition is that of what was charged',
  'heat-not-analysed': '{facility} melted lot {lot} and gives no analysis of the heat',
  'charge-not-analysed': '{facility} melted lot {lot} of {lots}, of which nobody knows the composition',
  'composition-off-charge':
    'lot {lot} of {facility} holds {madePercent} % of {element}, and what {step} was charged with makes {chargedPercent} %',
  'heat-differs': 'lot {lot} of {facility} bears heat {stated}, and was melted in heat {melted}',
  'grade-off-composition':
    'lot {lot} of {facility} is sold as {grade} and holds {heavyPercent} % of {elements}, not {minPercent} to {maxPercent} %',
  'inspection-certificate-absent': 'no inspection certificate ({wanted}) goes with lot {lot} of {facility}',
  // C35
  'nothing-unseparated': 'nothing of the lineage is mined or unseparated',
  'patterns-hold': 'the rare earths keep their pattern in {ratios} ratios and at {mines} mines',
  'ratio-not-assayed': 'lot {lot}, made by {step} at {facility}, was not assayed for {pair}',
  'ratio-shifted': '{step} at {facility} changed {pair} on the way to lot {lot}, which it does not do',
  'baseline-missing': 'no pattern of rare earths is registered for {facility}, where lot {lot} was mined',
  'mined-not-assayed': 'lot {lot}, mined at {facility}, was not assayed for {pair}',
  'pattern-off-baseline': 'in lot {lot}, mined at {facility}, {pair} is not what the mine is known for',
  // C37
  'bases-stated': 'all {assays} assays say what they are shares of, and are possible',
  'assay-unusable': 'the assay of lot {lot} by {facility} cannot be reckoned with ({gap})',
  'assay-doubtful': 'the assay of lot {lot} by {facility} is odd: {detail}',
  'moisture-changed':
    'lot {lot} left {from} with {sentMoisture} of moisture and came to {to} with {receivedMoisture}',
  'packages-off-lot': '{facility} gives lot {lot} {lotKg} kg, and its packages {packagesKg} kg',
  // C45, C46
  'no-continuous-circuit': 'nothing of the lineage went through a continuous circuit',
  'circuits-clean': 'nothing else was in the circuits ({campaigns}) that matters, or it was flushed out',
  'campaign-unstated': '{facility} does not say of {step}, which made lot {lot}: {missing}',
  'circuit-log-missing': '{facility} did not report what else {step} ran from {from} to {to}',
  'circuit-origin-unknown':
    'campaign {campaign} (until {ended}) was in the circuit of {step} at {facility}, and nobody says where its material was from',
  'circuit-tainted':
    'campaign {campaign} (until {ended}) brought material of {countries} into the circuit of {step} at {facility}, and no flush is proven',
  'heel-from-covered':
    'the heel that campaign {campaign} (until {ended}) left in {step} at {facility} is of {countries}, and went into lot {lot}',
  'identity-not-preserved':
    '{facility} says that {step} preserved identity, and {others} were in the circuit with it',
  'no-toll-step': 'nothing of the lineage went through a step that is done for third parties',
  'tolling-segregated': 'in {processes} processes nothing was done for third parties, or it was kept apart',
  'toll-ledger-missing': '{facility} did not report what {step} did for third parties from {from} to {to}',
  'toll-not-segregated':
    '{facility} ran campaign {campaign} of {step} for a third party from {from} to {to}, without proof that it was kept apart',
} as const;
