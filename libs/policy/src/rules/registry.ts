import type { Rule } from '../rule.js';
import { c48 } from './audits.js';
import { c21 } from './contracts.js';
import { c18 } from './disclosure.js';
import { c38 } from './draws.js';
import { c19 } from './flow-down.js';
import { c49 } from './interests.js';
import { c50 } from './reproducible.js';
import { c22 } from './screening.js';
import { c16 } from './specialty-metals.js';
import { c24 } from './technology.js';
import { c37 } from './basis.js';
import { c36 } from './capacity.js';
import { c39 } from './charge.js';
import { c45 } from './circuits.js';
import { c04 } from './corrections.js';
import { c20, c23 } from './control.js';
import { c17 } from './exceptions.js';
import { c29 } from './grades.js';
import { c06, c07, c08, c09, c10 } from './graph.js';
import { c25, c26, c26v2 } from './hand-overs.js';
import { c54 } from './handling.js';
import { c01, c02, c51 } from './integrity.js';
import { c40 } from './laboratories.js';
import { c03 } from './lateness.js';
import { c12, c13, c14, c15, c52 } from './law.js';
import { c11 } from './loops.js';
import { crmaMagnetInformation } from './magnet-information.js';
import { c05 } from './operation.js';
import { c32, c33, c44 } from './physics.js';
import { taxProhibitedEntities } from './prohibited-entities.js';
import { c35 } from './ratios.js';
import { crmaRecoveredShares } from './recovered-shares.js';
import { c47 } from './recycled.js';
import { c41 } from './sampling.js';
import { c43 } from './scales.js';
import { c42 } from './settlement.js';
import { c31 } from './storage.js';
import { c30 } from './seals.js';
import { c53 } from './title.js';
import { c46 } from './tolling.js';
import { isoTraceability } from './traceability.js';
import { c28 } from './travel.js';
import { c34 } from './trend.js';
import { c27 } from './weights.js';

/**
 * Every rule that this program knows, by name and version. A shipped version never changes and never disappears:
 * another reading is another version.
 */
export const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['C01@1', c01],
  ['C02@1', c02],
  ['C03@1', c03],
  ['C04@1', c04],
  ['C05@1', c05],
  ['C06@1', c06],
  ['C07@1', c07],
  ['C08@1', c08],
  ['C09@1', c09],
  ['C10@1', c10],
  ['C11@1', c11],
  ['C12@1', c12],
  ['C13@1', c13],
  ['C14@1', c14],
  ['C15@1', c15],
  ['C16@1', c16],
  ['C17@1', c17],
  ['C18@1', c18],
  ['C19@1', c19],
  ['C20@1', c20],
  ['C21@1', c21],
  ['C22@1', c22],
  ['C23@1', c23],
  ['C24@1', c24],
  ['C25@1', c25],
  ['C26@1', c26],
  ['C26@2', c26v2],
  ['C27@1', c27],
  ['C28@1', c28],
  ['C31@1', c31],
  ['C29@1', c29],
  ['C30@1', c30],
  ['C32@1', c32],
  ['C33@1', c33],
  ['C34@1', c34],
  ['C35@1', c35],
  ['C36@1', c36],
  ['C37@1', c37],
  ['C38@1', c38],
  ['C39@1', c39],
  ['C40@1', c40],
  ['C41@1', c41],
  ['C42@1', c42],
  ['C43@1', c43],
  ['C44@1', c44],
  ['C45@1', c45],
  ['C46@1', c46],
  ['C47@1', c47],
  ['C48@1', c48],
  ['C49@1', c49],
  ['C50@1', c50],
  ['C51@1', c51],
  ['C52@1', c52],
  ['C53@1', c53],
  ['C54@1', c54],
  ['R-CRMA-28@1', crmaMagnetInformation],
  ['R-CRMA-29@1', crmaRecoveredShares],
  ['R-ISO-23664@1', isoTraceability],
  ['R-TAX-PFE@1', taxProhibitedEntities],
]);
