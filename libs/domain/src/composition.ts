import type { Form } from './forms.js';
import type { Fraction, Quantity } from './quantity.js';
import type { Substance } from './substances.js';

export const BASES = ['dry', 'as-received'] as const;
export type Basis = (typeof BASES)[number];

/** What an analyte's fraction is a fraction of: the material, or its total rare-earth oxides (a distribution). */
export const FRACTION_OF = ['material', 'treo'] as const;
export type FractionOf = (typeof FRACTION_OF)[number];

/** One line of an assay; the substance is the form in which the laboratory expressed it. */
export interface Analyte {
  substance: Substance;
  fraction: Fraction;
  of: FractionOf;
}

/** An assay of a material. `treo` is total rare-earth oxide, La to Lu and Y, as a share of the material. */
export interface Composition {
  basis: Basis;
  treo?: Fraction;
  analytes: Analyte[];
  certificate?: string;
}

/** The instrument a mass was read from; `calibratedOn` is a calendar date, YYYY-MM-DD, `calibration` its certificate. */
export interface Scale {
  id: string;
  calibratedOn?: string;
  calibration?: string;
}

/** A mass as weighed: `net` is wet, packaging off; `moisture` is a share of `net`. */
export interface Mass {
  net: Quantity;
  gross?: Quantity;
  tare?: Quantity;
  moisture?: Fraction;
  scale?: Scale;
}

/** What an event says that a lot consists of. */
export interface Material {
  form: Form;
  mass: Mass;
  composition?: Composition;
}
