/** What the checks of physics, measurement, mixing and recycled material say; see `SENTENCES`. */
export const PHYSICS_SENTENCES = {
  // C27, C32, C33, C38: what each batch, division or hand-over forgives, together
  'more-out-than-in-together':
    '{outKg} kg of {element} came out of {batches} batches of {step} at {facility}, and {inKg} kg went in: more than chance',
  'yield-too-high-together':
    '{batches} batches of {step} at {facility} made {productKg} kg of {element} out of {inKg} kg, more than the process can give',
  'loss-unexplained-together':
    '{batches} batches of {step} at {facility} made {productKg} kg of {element} out of {inKg} kg, and nobody says where the rest is',
  'divisions-gain':
    '{facility} made {kg} kg more by splitting and merging {divisions} times: more than scales can err',
  'weights-drift':
    'lot {lot} became {kg} kg more or less in {handOvers} hand-overs, more than scales can err',
  'counted-off-ledger':
    '{facility} counted {countedKg} kg of lot {lot} on {date}, and its own records leave {heldKg} kg',
  'heel-gone':
    '{leftKg} kg of {element} had been left in the circuit, and {step} at {facility} began with {heelKg} kg',
  'campaign-more-out-than-in':
    '{facility} reports {outKg} kg of {element} out of campaign {campaign} of {step}, and {inKg} kg into it',
  'campaign-fed-more':
    '{facility} reports {fedKg} kg of {element} fed in campaign {campaign} of {step}, {oursKg} kg of it are on record, and nobody says where the rest was from',
  'campaign-uncertainty-stretched':
    '{facility} states the balance of {element} in campaign {campaign} of {step} with a greater uncertainty than any proper method has',
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
  'patterns-hold': 'the rare earths keep their pattern (ratios compared: {ratios}, mines: {mines})',
  'ratio-not-assayed': 'lot {lot}, made by {step} at {facility}, was not assayed for {pair}',
  'fed-not-assayed': 'what {step} at {facility} was fed ({lot}) was not assayed for {pair}',
  'ratio-shifted': '{step} at {facility} changed {pair} on the way to lot {lot}, which it does not do',
  'baseline-missing': 'no pattern of rare earths is registered for {facility}, where lot {lot} was mined',
  'mined-not-assayed': 'lot {lot}, mined at {facility}, was not assayed for {pair}',
  'pattern-off-baseline': 'in lot {lot}, mined at {facility}, {pair} is not what the mine is known for',
  'grade-above-baseline':
    'lot {lot}, mined at {facility}, holds {minedPercent} % of the rare earths of which its ore holds {orePercent} %',
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
  'campaign-not-in-log':
    '{facility} ran {step} for lot {lot} in campaign {campaign}, which its complete report does not list',
  'circuit-origin-unknown':
    'campaign {campaign} (until {ended}) was in the circuit of {step} at {facility}, and nobody says where its material was from',
  'campaign-of-covered':
    '{facility} reports that what it fed to {campaign}, in which it made lot {lot} ({step}), was from {countries}, covered countries',
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
  // C44
  'identity-of-two-sources':
    '{facility} says that {step} preserved identity, and it brought {element} of more than one source together',
  // C11
  'no-scrap-loop': 'no scrap went back into the process',
  'loops-traced': 'scrap that went back into the process ({lots}) is traced to what it fell from',
  'loop-without-origin': 'lot {lot}, which holds {element}, goes round in a loop that begins nowhere',
  'own-scrap-untraced':
    '{facility} enters its own {feed} as collected (lot {lot}), and no process that it fell from is on record',
  // C47
  'nothing-recycled': 'nothing of the lineage was collected for recycling',
  'recycled-feed-documented': 'recycled feed ({lots}) is documented',
  'recycled-incomplete': 'lot {lot} of {facility} was collected without {missing}',
  'collector-unknown':
    '{collector}, who is said to have collected lot {lot} of {facility}, is not registered',
  'feed-of-another-form': 'lot {lot} of {facility} is called {feed} and is {form}',
  'recycled-like-ore':
    'lot {lot} of {facility} is said to be collected ({feed}), and its rare earths have the pattern of an ore that nobody separated',
  'recycled-unlike-magnets':
    'lot {lot} of {facility} is collected as {form}, and holds more rare earths than iron, cobalt and nickel',
  'exception-step-absent':
    '{exception} is claimed for lot {lot}, and no {step} of recycled material is on record',
  'exception-step-elsewhere':
    '{exception} is claimed, and {step} took place in {country} (by {facility}), not in {countries}',
  // C36
  'within-capacity': 'in {steps} series no more was made than the plants can',
  'activity-unwitnessed':
    'lot {lot} is said to be mined at {facility}, and nobody but its operator says that anything was going on there',
  'capacity-unknown': 'no capacity of {facility} for {step} is registered',
  'over-capacity':
    '{step} at {facility} made {madeKg} kg in the {days} days until {until}, and its capacity is {mostKg} kg',
  'reagent-short':
    '{step} at {facility} made {metalKg} kg of {element} with {usedKg} kg of {reagent}, and needs {neededKg} kg',
  // C34
  'no-trend': 'in {series} series of batches nothing adds up',
  'history-too-short': 'no step has a history of {fromBatches} batches on record',
  'residuals-drift':
    '{step} at {facility} shows a {direction} of {kg} kg of {element} over {batches} batches, more than chance',
  // C40, C41, C42
  'laboratory-says-otherwise':
    '{facility} tells of certificate {certificate} on lot {lot}, and {organization} itself states other shares of {elements} in it',
  'laboratories-accredited': 'all {certificates} certificates are of accredited, independent laboratories',
  'assay-in-house':
    'on the word of {facility} alone changed hands what no laboratory assayed: {lots} (lots: {lotCount})',
  'laboratory-not-accredited':
    '{laboratory}, which assayed lot {lot} ({certificate}), is not registered as accredited ({scheme}) on {date}',
  'method-out-of-scope':
    '{method} is out of the scope of {laboratory}, which assayed lot {lot} ({certificate})',
  'laboratory-not-independent':
    '{laboratory}, which assayed lot {lot} for {facility} ({certificate}), has the same owner ({by})',
  'method-unknown': 'certificate {certificate} on lot {lot} names no method that is known ({method})',
  'method-out-of-range':
    'certificate {certificate} gives lot {lot} {sharePercent} % of {substance} by {method}, which is not for such shares',
  'no-certificate': 'no laboratory certificate is on record',
  'samples-witnessed': 'all samples ({certificates}) were witnessed, and sealed splits are kept',
  'sample-at-another-time':
    '{facility} says that sample {sample} of lot {lot} was taken at {takenAt}, and {why}',
  'sample-unwitnessed': 'nobody witnessed how {facility} took sample {sample} of lot {lot}',
  'split-not-kept': 'no sealed split of sample {sample} of lot {lot} is kept by {facility} until {until}',
  'assays-agree': 'seller and buyer agree in {handOvers} hand-overs, or an umpire decided',
  'side-not-assayed': 'lot {lot} went from {from} to {to}, and the {side} ({facility}) did not assay it',
  'assays-differ': '{from} and {to} differ in {elements} of lot {lot}, and no umpire decided',
  // C43
  'nothing-weighed': 'nothing was made or handed over',
  'scales-calibrated': 'all {weighings} weighings were on scales calibrated by then',
  'scale-not-calibrated':
    '{facility} weighed on a scale ({scale}) of which no calibration by then is on record (weighings: {weighings})',
  // C31
  'nothing-stored': 'nothing was kept for long',
  'storage-segregated': 'what was kept for long ({custodies}) lay apart and was counted',
  'storage-unidentified': '{facility} kept lot {lot} from {from} to {to} and does not say where',
  'storage-not-segregated':
    '{facility} kept lot {lot} ({from} to {to}) in {location} together with other material',
  'counted-absent': '{facility} counted its stock between {from} and {to} and did not find lot {lot}',
  'not-counted':
    '{facility} kept lot {lot} from {from} to {to} and did not count it every {countedEveryDays} days',
} as const;
