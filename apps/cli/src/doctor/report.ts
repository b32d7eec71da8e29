/** What one check of `doctor` found. `trouble`: a service cannot be asked or is not ready, so that nothing is known. */
export interface Diagnosis {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'wrong' | 'trouble';
  readonly detail: string;
  readonly next?: string;
}

export function ok(check: string, detail: string): Diagnosis {
  return { check, status: 'ok', detail };
}

export function warning(check: string, detail: string, next?: string): Diagnosis {
  return { check, status: 'warning', detail, ...(next === undefined ? {} : { next }) };
}

export function wrong(check: string, detail: string, next?: string): Diagnosis {
  return { check, status: 'wrong', detail, ...(next === undefined ? {} : { next }) };
}

export function trouble(check: string, detail: string, next?: string): Diagnosis {
  return { check, status: 'trouble', detail, ...(next === undefined ? {} : { next }) };
}

/** The diagnosis of a check that could not be made. */
export function failed(check: string, error: unknown): Diagnosis {
  return trouble(check, error instanceof Error ? error.message : String(error));
}
