import { PHYSICS_SENTENCES } from './physics-sentences.js';

/**
 * What each finding says, in plain English; `{name}` stands for a fact. Rendered from a verdict and no part of it, so
 * that wording may improve while codes stay. A finding cannot be made without a sentence here.
 */
export const SENTENCES = {
  // C01
  'all-keys-valid': 'every event of the lineage was signed by a key that was registered and valid',
  'key-unknown': 'the {type} of {facility} is signed by a key that nobody registered',
  'key-unseen': 'the {type} of {facility} is signed by a key that was registered only after it was recorded',
  'key-of-another': 'the {type} of {facility} is signed by a key of somebody else',
  'key-purpose': 'the {type} of {facility} is signed by a key that is not registered for custody events',
  'signature-invalid': 'the signature of the {type} of {facility} does not verify',
  'root-reference-wrong': 'the {type} of {facility} names a root log that never was',
  'key-revoked': 'the {type} of {facility} is signed by a key that had been revoked',
  'key-not-yet-valid': 'the {type} of {facility} is signed by a key that was not valid yet',
  'key-expired': 'the {type} of {facility} is signed by a key that had expired',
  'suspect-key': 'the {type} of {facility} was signed when its key may have been in wrong hands',
  'word-of-stranger':
    '{facility}, which never had the lot, said something of it that does not count ({type}: {why})',
  // C02
  'no-contradiction': 'no event of the lineage is contradicted, missing from its log or beyond understanding',
  'conflicting-statement': '{facility} stated two different things under one event id, a {type}',
  'event-id-repeated': 'the log of {facility} holds one event id twice, a {type}',
  'correction-without-target': '{facility} corrected an event that is not in its log',
  'correction-misfit':
    '{facility} recorded a correction of a correction, or of another payload or type than the event has',
  'used-before-had': '{facility} used or sent lot {lot} at {used}, and had it only from {had} on',
  'lot-of-another-facility': '{facility} says that it made a lot that only another facility can make',
  'entry-parked': 'an entry of {facility} about the lineage cannot be read ({reason})',
  'dispute-open': '{facility} disputes the {about} of {lots}, and it is not settled',
  'log-fault': 'the log of {facility} is at fault ({kind}); nothing from entry {fromIndex} on counts',
  'chain-out-of-order': '{facility} says that an event followed one that was recorded later',
  // C03, C04
  'policy-without-lateness': 'the policy sets no limit to how late events may be told',
  'told-in-time': 'all {events} events were told in time',
  'told-late':
    'the {type} of {facility} at {occurredAt} was first covered {hours} hours later; {limitHours} are allowed',
  'told-before-it-happened':
    'the {type} of {facility} is said to have happened at {occurredAt}, after {covered}, when it was covered',
  'dated-ahead':
    'the {type} of {facility} tells of {at} ({member}) as of something past, and was covered at {covered}',
  'corrections-approved': 'all corrections ({corrections}) were approved by a second person',
  'correction-not-approved': '{facility} corrected an event ({reason}), and nobody else approved it',
  // C05
  'facilities-in-order': 'every facility was registered, operating and permitted what it did',
  'facility-not-registered': '{facility} is not registered, and did {step}',
  'outside-operating-interval':
    '{facility} did {step} at {at}, outside the time in which it operated ({operatingFrom} to {operatingTo})',
  'operating-interval-uncertain':
    'whether {facility} was operating when it did {step} depends on when it happened ({at})',
  'step-not-permitted': '{facility} did {step} without being permitted it at {at}',
  'licence-differs':
    'lot {lot} is said to be mined at {facility} under licence {stated}, and {registered} is the one that is registered',
  'site-not-registered': '{facility} did {step}, and no site from a licence is registered for it',
  'repacked-elsewhere':
    '{facility}, which is in {registered}, says that it repacked lot {lot} in {country}; nobody says how it got there',
  'outside-site': '{facility} reported {step} from {latitude} {longitude}, outside its site',
  // C06, C07, C09: origins
  'rare-earths-reach-roots': 'the rare earths ({elements}) are followed to where they came from',
  'further-elements-reach-roots':
    'the other elements of the {profile} profile ({elements}) are followed to their mines',
  'before-melting-not-examined': 'what came before the alloy was melted is not examined by this clause',
  'no-further-elements': 'the profile follows no further elements',
  'lot-unknown': 'nobody recorded how lot {lot} came to be',
  'composition-unknown': 'nobody recorded the composition of lot {lot}',
  'composition-incomplete':
    'the assay of {lot} names only {namedPercent} % of the {form}, too little to tell what kind of magnet material it is',
  'no-rare-earth': 'the composition of lot {lot} names no rare earth',
  'element-not-assayed': 'the composition of lot {lot} does not name {element}',
  'no-origin': 'nobody says where lot {lot}, and the {element} in it, came from',
  'two-origins': 'lot {lot}, which holds {element}, is said to have come from two places',
  'own-ancestor': 'lot {lot}, which holds {element}, is recorded as made from itself',
  'element-from-nowhere': '{element} is in lot {lot}, and in nothing that it was made of',
  'heel-unknown':
    'material of unknown origin stood in the circuit when lot {lot}, which holds {element}, was made',
  'roots-accepted':
    'every origin is a mine, documented scrap, or a documented purchase with its chain of countries',
  'mined-as-processed': 'lot {lot} ({element}) is recorded as mined in a form that no mine yields',
  'opening-stock':
    'lot {lot} ({element}) was on hand when its facility joined; where it came from is not known',
  'recycled-as-processed': 'lot {lot} ({element}) is recorded as recycled in a form that scrap does not have',
  'recycled-undocumented':
    'lot {lot} ({element}) is recycled without collection record, collector, country or assay',
  'rare-earth-purchased': 'lot {lot} was bought; a purchase proves no origin of its {element}',
  'purchased-without-mine': 'lot {lot} ({element}) was bought without a word of the mine',
  'purchased-stages-missing':
    'lot {lot} ({element}) was bought, and nobody says who made it of what was mined',
  'purchased-undocumented': 'lot {lot} ({element}) was bought, and a step of its past has no document',
  // C08, C10
  'no-stage-missing': 'no stage is missing between the origins and the lot',
  'stage-missing':
    '{facility} made {to} ({made}) of {from} ({lot}) by {step}, which cannot be done in one step',
  'form-changed-on-the-way': 'lot {lot} left {from} as {sent} and came to {to} as {received}',
  'nothing-added-after-melting': 'nothing was brought in after melting',
  'added-inputs-traced': 'what diffusion, coating and additives brought in has an origin',
  'added-input-missing': '{facility} did {step} and does not say what it brought in',
  'added-input-untraced': '{facility} did {step} with lot {lot}, of which nobody says where it came from',
  // C12, C15
  'rule-version-chosen':
    'judged under clause {clauseVersion} for delivery on {deliveryDate}; the law was last confirmed on {legalStatusDate}',
  'rule-version-current': 'the law behind {policy} was last confirmed on {legalStatusDate}',
  'legal-status-old':
    'nobody confirmed since {legalStatusDate} that the law still reads so; judged at {judgedAt}',
  'policy-not-in-effect': '{policy} is in effect from {from} to {to}, not on {judgedAt}',
  'policy-not-applicable': '{policy} says nothing about {form} of family {family}',
  'policy-is-draft': '{policy} is a draft: nothing passes under it',
  'policy-without-clause': 'the policy names no clause',
  'profile-is-the-policys': 'asked for the {asked} profile; this policy always follows the {profile} one',
  'clause-unknown': 'no clause version {clauseVersion} is known',
  'clause-before-law': 'clause {clauseVersion} is older than the law',
  'clause-newer-than-policy': 'clause {clauseVersion} is newer than this policy',
  'clause-superseded-at-award':
    'clause {clauseVersion} had been superseded when the contract was awarded ({awardDate})',
  'award-date-missing':
    'clause {clauseVersion} is an older one, and nobody says when the contract was awarded',
  'delivered-before-award': 'delivery on {deliveryDate} lies before the award of the contract on {awardDate}',
  'delivered-before-made':
    '{lot} was made on {madeOn}: it cannot have been delivered on {deliveryDate}, when another test held',
  'delivery-date-missing': 'without a delivery date nobody can say which test applies',
  'no-test-for-date': 'this policy has no test for delivery on {deliveryDate}',
  'other-phase': 'delivery on {deliveryDate} falls in the other phase of the clause',
  'older-clause-legal-review': 'the contract has an older clause ({clauseVersion}); have counsel look at it',
  'lot-is-what-is-delivered': 'no end item is named: the lot itself is what is delivered',
  'assembly-site-unstated': 'nobody says in which country {endItem} is manufactured',
  'end-item-covered': '{endItem} is manufactured in {manufacturedIn}, a covered country',
  'end-item-outside': '{endItem} is manufactured in {manufacturedIn}, outside the covered countries',
  // C17
  'policy-without-exceptions': 'the policy knows no exceptions',
  'no-exception-claimed': 'no exception is claimed for the lot',
  'exception-proven': 'exception {exception} is proven: {elements}',
  'exception-not-met': 'exception {exception} does not apply; what is not met: {elements}',
  'exception-only-asserted': 'exception {exception} is only asserted; nobody shows: {elements}',
  // C13, C14, C52: places
  'clause-not-chosen': 'no clause could be chosen',
  'tested-from-the-mine-on': 'the clause tests from the mine on: see C14',
  'tested-from-melting-on': 'the clause tests from melting on: see C13',
  'melted-and-produced-outside': 'melted and produced in {countries}, outside the covered countries',
  'mining-to-reduction-not-examined': 'mining, refining, separation and reduction were not examined',
  'required-step-absent': 'nobody says where {step} of lot {lot} took place',
  'every-step-outside': 'every step of {elements} took place in {countries}, outside the covered countries',
  'covered-country-outside-profile':
    '{step} of lot {lot} took place in {country}, a covered country; the {profile} profile does not follow it',
  'covered-country': '{step} of lot {lot} took place in {country}, a covered country (by {where})',
  'country-unproven': 'it is not proven in which country {step} of lot {lot} took place (by {where})',
  'country-undocumented': '{step} of lot {lot} in {country} is only said, without a document (by {where})',
  'locations-hold': 'every step took place where this rung allows it ({countries})',
  'outside-rung':
    '{step} of lot {lot} took place in {country} (by {where}), where this rung does not allow it',
  // C16
  'no-specialty-metal': 'material of family {family} is no specialty metal',
  'item-class-outside': '{endItem}, of class {itemClass}, is none of the items that the law names',
  'item-class-unsaid': 'nobody says of which class {endItem} is',
  'melted-in-qualifying': 'the alloy was melted in the United States or a qualifying country ({countries})',
  'melted-outside-qualifying':
    'lot {lot} was melted in {country} (by {where}), which is no qualifying country',
  'melt-country-unproven': 'it is not proven in which country lot {lot} was melted (by {where})',
  'melt-unsaid': 'nobody says where the alloy of lot {lot} was melted',
  // C18
  'disclosure-complete':
    'the four-stage table is complete: {proven} cells proven, {attested} attested, {unknown} unknown after inquiry',
  'disclosure-cell-empty':
    'nobody says for all {element} in lot {lot} where it passed the stage {stage} ({countries}), and there is no inquiry with a tracking plan',
  'covered-country-disclosed': '{element} passed the stage {stage} in {country}, a covered country',
  // C19
  'policy-without-flow-down': 'the policy names no clause to flow down',
  'no-sub-tier': 'no supplier of another organization is in the chain',
  'clause-flowed-down': '{clause} was put into the contracts with {suppliers} suppliers',
  'clause-not-flowed-down':
    '{buyer} did not record that {clause} stands in its contract with {supplier}, which sent lot {lot}',
  'clause-flowed-down-older':
    '{buyer} put {clause} into its contract with {supplier}, which sent lot {lot}, in an older version than {version}',
  // C21
  'no-control-by-contract': 'no contract gives anybody of a covered country control over {facilities}',
  'control-by-contract':
    '{heldBy}, which a covered country controls, holds the right {right} over {facility} by {agreement}',
  'controller-unproven':
    '{heldBy} holds the right {right} over {facility} by {agreement}, and who controls it is not proven',
  'contract-rights-unsaid':
    '{agreement} of {facility} with {party}, which a covered country may control, does not say which rights it gives',
  'contracts-not-reviewed': 'no complete review of the contracts of {facility} covers {date}',
  'contract-not-on-file': '{agreement} was found in the review of {facility} and is not on file',
  // C22
  'policy-without-screening': 'the policy asks for no screening',
  'parties-screened': 'everybody who worked on it or owned it was looked for in the lists ({organizations})',
  'party-listed': '{organization} ({as}) stood on the list {list} on {screenedOn}',
  'party-not-screened': 'nobody but itself looked for {organization} ({as}) in the list {list} in time',
  // C24
  'technology-origin': 'the technology of {facility} is from {country}',
  'technology-from-covered': 'the technology of {facility} is from {country}, a covered country',
  'technology-origin-unsaid': 'nobody says where the technology of {facility} is from',
  // C48
  'policy-without-audits': 'the policy asks for no audits',
  'sites-audited': 'independent auditors visited {facilities} in time, and nothing is open',
  'site-not-audited':
    'no independent auditor says that it visited {facility} within {maxAgeDays} days of its step',
  'audit-announced': '{facility} works for others, and audits of it were announced',
  'audit-findings-open': 'the audit of {facility} has findings that are not closed',
  // C49
  'policy-without-certifier': 'the policy names no certifier',
  'certifier-independent': '{certifier} has no interest in the chain, and is not paid on the outcome',
  'interests-undeclared': '{certifier} declared no interests for {date}',
  'certifier-interested': '{certifier} has an interest in {interests}',
  'certifier-paid-on-outcome': 'the pay of {certifier} hangs on the outcome',
  // C50
  'verdict-reproducible': 'the evidence is that of the horizon, and nothing in it leaves a choice',
  'evidence-beyond-horizon': 'the evidence about {lot} holds more than horizon {horizon} covers',
  'two-entries-in-one-place': 'the evidence about {lot} has two entries in one place of a log',
  'policy-without-digest': 'lot {lot} was judged by a policy that no hash of its bytes identifies',
  // R-TAX-PFE
  'nobody-made-it': 'nobody says who made lot {lot}',
  'no-prohibited-entity': 'whoever made it is no prohibited foreign entity ({organizations})',
  'specified-entity': '{organization} was a specified foreign entity on {date}: {detail}',
  'foreign-influenced': '{organization} was influenced by specified foreign entities on {date}: {detail}',
  'prohibited-entity-unproven':
    'it is not proven that {organization} was no prohibited foreign entity on {date}: {detail}',
  'prohibited-control':
    '{heldBy}, a specified foreign entity, holds the right {right} over {organization} by {agreement}',
  'prohibited-control-unproven':
    '{heldBy} holds the right {right} over {organization} by {agreement}, and what it is is not proven',
  'no-ratio-for-date': 'the law wants no ratio yet of what is sold on {deliveryDate}',
  'assistance-ratio':
    'at least {leastPercent} % of the material costs of {lot} are free of prohibited entities; {wantedPercent} % are wanted ({materials})',
  'assistance-too-low':
    'at most {mostPercent} % of the material costs of {lot} are free of prohibited entities; {wantedPercent} % are wanted ({materials})',
  'assistance-unproven':
    'between {leastPercent} and {mostPercent} % of the material costs of {lot} are free of prohibited entities; {wantedPercent} % are wanted ({materials})',
  // R-CRMA-28
  'magnet-use-undescribed': 'nobody described the product that the magnets of {lot} go into',
  'product-not-listed': 'the article does not list products of the category {category}',
  'magnet-information-complete': 'all that is asked of the magnets is known ({items})',
  'magnet-information-missing': 'nobody recorded the {item} of the magnets of {lot} in {product}',
  'label-contradicted': '{product} is labelled as holding {labelledAs}, and lot {lot} is {family}',
  'coating-left-out': '{product} is said to hold magnets without a coating, and {facility} coated {lot}',
  // R-CRMA-29
  'magnets-too-light': 'the product holds {kg} kg of magnets; above {aboveKg} kg the article applies',
  'no-element-to-recover': 'the lot holds none of the elements that the article names',
  'recovered-shares-shown': 'the published shares of {elements} are no more than the origins show',
  'recovered-share-unpublished':
    'nobody published the recovered share of {element} in {lot}; {shownPercent} % are shown',
  'recovered-share-overstated':
    '{statedPercent} % of the {element} in {lot} are said to be recovered; at most {mostPercent} % may be',
  'recovered-share-unproven':
    '{statedPercent} % of the {element} in {lot} are said to be recovered; {shownPercent} % are shown',
  // R-ISO-23664
  'traceability-data-complete': 'each of {items} kinds of data is on record for all of {facilities}',
  'traceability-item-missing': 'nobody recorded the {item} of {of}',
  // C20, C23, C53: control
  'no-entity-of-concern':
    'nobody who worked on it or owned it is controlled by a covered country ({organizations})',
  jurisdiction: '{organization} ({as}) was at home in {detail}, a covered country, on {on}',
  'government-holding':
    'a covered government held {detail} in {organization} on {on}, itself or through holders (a holding of half or more counts whole)',
  'organization-unknown': '{organization} is not registered',
  'ownership-undeclared': 'nobody declared who held {organization} on {on} (missing: {detail})',
  'ownership-stale': 'who held {organization} on {on} had been declared too long before (by {detail})',
  'ownership-over-whole':
    'the holders declared of {organization} for {on} hold more than the whole (by {detail})',
  'ownership-incomplete':
    'it is not declared who stood behind {detail} in {organization} on {on} (an entity that is not registered with its own holders counts as undeclared)',
  'ownership-retold':
    'what {organization} had declared by {on} ({detail}) and what it declared of that time afterwards are not the same',
  'ownership-changed-meanwhile':
    'who holds {organization} changed between the {type} of {facility} at {occurredAt} and its checkpoint',
  'operator-unproven': 'nobody registered who operates {facility}',
  'ownership-held-during-custody': 'no change of owners while facilities held the material matters',
  'no-element-bound': 'no element is bound to allied title',
  'allied-title-and-majority':
    'allied entities held title from the first shipment on, and own the plants from separation on',
  'title-unproven':
    'it is not proven that an allied entity held title to {lot}, or its offtake, when it left {facility}',
  'title-not-allied': 'title to {lot} was not in allied hands ({title}) when it left {facility}',
  'title-holder-unproven': 'it is not proven that {title}, which took title to {lot}, is an allied entity',
  'title-left-allied': 'title to {lot} went to {title}, which is no allied entity, before it was separated',
  'majority-not-allied': 'only {alliedPercent} % of {organization} is held in allied countries',
  'majority-unproven': 'only {alliedPercent} % of {organization} is shown to be held in allied countries',
  // C25, C26: hand-overs
  'no-hand-over': 'nothing changed hands',
  'one-outcome-per-package': 'each of the {handOvers} hand-overs was told by both sides, package by package',
  'no-receipt': '{facility} used lot {lot} and recorded no receipt of it',
  'not-received-yet': 'lot {lot} was sent to {facility}, which has not recorded its receipt',
  'refused-and-not-back': 'lot {lot}, sent by {facility}, was refused, and is not back there',
  'dispatch-unseen': '{to} received lot {lot}, and no dispatch of it is recorded',
  'nonce-differs': '{to} answered another dispatch of lot {lot} than {from} sent',
  'received-by-another': '{to} received lot {lot}, which {from} had sent to {addressee}',
  'lot-not-in-dispatch': '{to} received lot {lot}, which {from} had not sent',
  'package-not-dispatched': '{to} answers for package {package} of lot {lot}, which {from} had not sent',
  'package-without-outcome': 'nobody says what became of package {package} of lot {lot}, sent by {from}',
  'package-with-two-outcomes': 'package {package} of lot {lot}, sent by {from}, has two outcomes (by {by})',
  'identifiers-match': 'containers, seals and packages were the same on both sides',
  'containers-differ': 'lot {lot} left {from} in containers {sent} and came to {to} in {received}',
  'seals-differ': 'lot {lot} left {from} under seals {sent} and came to {to} under {received}',
  'packages-differ': 'lot {lot} left {from} as packages {sent} and came to {to} as {received}',
  'seal-not-intact': 'seal {seal} on lot {lot} came to {to} {condition}',
  'seal-changed-on-the-way': 'seal {seal} on lot {lot} was {condition} in {country}',
  // C27, C28: scales, assays and travel
  'weights-agree': 'weights and assays agreed on both sides within what scales and laboratories can tell',
  'partial-not-weighed':
    'only a part of lot {lot} was accepted by {to}, and its packages were not weighed singly',
  'weights-differ': 'lot {lot} weighed {sentKg} kg at {from} and {receivedKg} kg at {to}',
  'contents-differ': 'the assays of lot {lot} by {from} and {to} differ in {elements}',
  'papers-differ':
    'the papers with which {from} sent lot {lot} to {to} say otherwise of {elements} than {from} does',
  'travel-plausible': 'travel times, gaps and speeds are plausible',
  'received-before-dispatch': 'lot {lot} came to {to} ({came}) before it left {from} ({left})',
  'custody-gap': 'nobody saw lot {lot} for {days} days ({gapFrom} to {gapTo}) on its way from {from} to {to}',
  'seen-outside-journey':
    'lot {lot} is said to have been seen ({kind}) at {at}, before it left {from} ({left}) or after it came to {to} ({came})',
  'whereabouts-differ':
    '{facility} says that lot {lot} was in {stated} at {at}, and {organization}, whose word is with it, that it was in {attested}',
  'origin-declared-elsewhere':
    'the papers of lot {lot} declare its origin as {declared}, where no step of its lineage took place ({countries})',
  'too-fast': 'lot {lot} travelled at least {leastKm} km from {from} to {to} faster than anything does',
  'delivered-elsewhere':
    'lot {lot} was received at {to} ({here}), and the carrier says that it delivered the goods in {country}',
  // C29, C30
  'policy-without-grades': 'the policy asks for no grade of evidence',
  'grades-hold': 'every hand-over is evidenced well enough; the weakest with grade {weakest}',
  'link-grade-too-low':
    'the hand-over of lot {lot} from {from} to {to} has grade {grade}; {wanted} is wanted',
  'border-grade-too-low':
    'lot {lot} crossed a border from {from} to {to} with grade {grade}; {wanted} is wanted',
  'seals-unbroken-or-followed-up': 'seals held, or what must follow a broken one was done',
  'seal-incident-unreported':
    'seal {seals} on lot {lot} was {condition} in {country}, and no incident report names it',
  'seal-incident-not-reweighed':
    'seal {seals} on lot {lot} was {condition}, and {to} names no scale on which it was weighed again',
  'seal-incident-not-reassayed':
    'seal {seals} on lot {lot} was {condition}, and {to} did not have it assayed again',
  'reassay-differs':
    'the assay of lot {lot} at {to} after its seal was hurt does not confirm that of {from} ({elements})',
  // C32, C33, C38, C44: physics
  'nothing-from-nothing': 'in none of {balances} balances did more of an element come out than went in',
  'not-measured':
    '{element} in {step} at {facility} was not measured in all that went in and came out ({lots})',
  'more-out-than-in': '{outKg} kg of {element} came out of {step} at {facility}, and {inKg} kg went in',
  'more-drawn-than-came':
    '{drawnKg} kg of {element} were drawn from lot {lot} at {facility}, to which {heldKg} kg came',
  'assayed-richer':
    'lot {lot} came to {facility} with {heldKg} kg of {element}, and an assay there makes it {drawnKg} kg',
  'heel-unsupported':
    '{heelKg} kg of {element} stood in the circuit before {step} at {facility}, and {leftKg} kg had been left there',
  'uncertainty-stretched':
    '{facility} states the mass or the assay of lot {lot} with a greater uncertainty than any proper method has',
  'yields-in-range': 'all of {balances} yields are what the process can give',
  'yield-too-high':
    '{step} at {facility} made {productKg} kg of {element} out of {inKg} kg, more than the process can give',
  'loss-unexplained':
    '{step} at {facility} made {productKg} kg of {element} out of {inKg} kg, and nobody says where the rest is',
  'no-lot-over-drawn': 'no lot was drawn on for more than it held',
  'lot-over-drawn': '{facility} drew more from lot {lot} than it held ({kg} kg are left)',
  'split-not-conserved': '{facility} split {takenKg} kg into {givenKg} kg',
  'merge-not-conserved': '{facility} merged {takenKg} kg into {givenKg} kg',
  'repack-not-conserved': '{facility} repacked {takenKg} kg of lot {lot} into {givenKg} kg',
  'dispatch-not-conserved': '{facility} held {takenKg} kg of lot {lot} and sent off {givenKg} kg',
  'return-not-conserved': 'of {takenKg} kg of lot {lot} that {facility} had sent off, {givenKg} kg came back',
  'no-process': 'nothing was processed',
  'models-support-origin':
    'every step kept material apart well enough to speak of its origin (weakest: {weakest})',
  'model-unstated': '{facility} does not say how {step} kept this material apart from other material',
  'model-refused':
    '{step} at {facility} goes by {model}, which says nothing about where this material is from',
  // C54: storage and transit
  'rung-without-custody-test': 'this rung has no test of storage and transit',
  'no-covered-storage': 'nothing was opened, repacked or stored unsealed in a covered country',
  'sealed-and-clear-of-covered': 'it travelled sealed, and through no covered country',
  'handled-in-covered-country':
    'lot {lot} was {kind} in {country}, a covered country, on its way from {from} to {to}',
  'transit-through-covered':
    'lot {lot} passed through {country}, a covered country, on its way from {from} to {to}',
  'seal-unproven-on-the-way':
    'lot {lot} was stored in {country}, a covered country, on its way from {from} to {to}, and nobody says that it stayed sealed',
  'opened-on-the-way': 'lot {lot} was {kind}, unsealed, in {country} on its way from {from} to {to}',
  'not-sealed': 'lot {lot} travelled from {from} to {to} without seals',
  'route-unknown': 'nobody says which countries lot {lot} passed on its way from {from} to {to}',
  'unsealed-storage-in-covered': 'lot {lot} was stored unsealed in {country}, a covered country',
  'sealed-in-covered': 'lot {lot} was put under seal in {country}, a covered country',
  'opened-in-covered': 'a seal on lot {lot} was broken in {country}, a covered country',
  'repacked-in-covered': 'lot {lot} was repacked in {country}, a covered country',
  'split-in-covered': 'lot {lot} was split off in {country}, a covered country',
  'blended-in-covered': 'lot {lot} was blended in {country}, a covered country',
  'handling-place-unproven': 'it is not proven in which country lot {lot} was handled by {facility}',
  'held-in-covered': '{facility} held lot {lot} in {country}, a covered country',
  'storage-seal-unproven': '{facility} held lot {lot} in {country}, a covered country, and shows no seal',
  ...PHYSICS_SENTENCES,
  // C51 and the judge itself
  'reasons-given': 'every answer that is no pass says why, and what would cure it',
  'unknown-rule': 'this program does not know the rule {rule}',
} as const;

export type FindingCode = keyof typeof SENTENCES;
