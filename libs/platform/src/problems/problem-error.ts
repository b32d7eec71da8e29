/** Where the stable problem types live; each slug has a page there. A service may configure another base. */
export const PROBLEM_TYPE_BASE = 'https://lodemark.example/problems/';

/** One fault of the input: a stable code, where it is (RFC 6901 pointer) and what is wrong. */
export interface InputProblem {
  readonly code: string;
  readonly pointer: string;
  readonly detail: string;
  /** Which part of the request the pointer is into; the body when absent. */
  readonly in?: 'query' | 'path' | 'header';
}

/** A problem details document (RFC 9457). `facts` of a `ProblemError` stand beside the members named here. */
export interface ProblemDetails {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  /** The id of the request that met the problem. */
  readonly instance?: string;
  readonly errors?: readonly InputProblem[];
  readonly [fact: string]: unknown;
}

/** What an application says when it refuses a request. */
export interface ProblemParts {
  /** The last part of the problem's type URI: `lot-not-held`. */
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly InputProblem[];
  /** Response headers, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Extension members (RFC 9457 section 3.2); they never replace the standard ones. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A refusal on its way to the edge, where the problem filter turns it into `application/problem+json`. */
export class ProblemError extends Error {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: readonly InputProblem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(parts: ProblemParts) {
    super(parts.detail ?? parts.title, parts.cause === undefined ? undefined : { cause: parts.cause });
    this.name = 'ProblemError';
    this.type = parts.type;
    this.status = parts.status;
    this.title = parts.title;
    this.detail = parts.detail;
    this.errors = parts.errors;
    this.headers = parts.headers ?? {};
    this.facts = parts.facts ?? {};
  }

  /** The document for one response, or for one item of a batch's response. */
  toProblem(instance?: string, typeBase: string = PROBLEM_TYPE_BASE): ProblemDetails {
    return {
      ...this.facts,
      type: typeBase + this.type,
      title: this.title,
      status: this.status,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(instance === undefined ? {} : { instance }),
      ...(this.errors === undefined ? {} : { errors: this.errors }),
    };
  }
}
