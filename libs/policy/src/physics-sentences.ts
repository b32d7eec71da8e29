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
} as const;
