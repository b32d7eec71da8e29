/** One thing in a file that is meant to be an event: its text as it stands there, or why it cannot be taken. */
export interface InputRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly text: string;
  readonly fault?: { readonly code: string; readonly detail: string };
}

/** Takes a text apart, piece after piece, holding no more than one record. */
export interface Splitter {
  push(text: string): Iterable<InputRecord>;
  end(): Iterable<InputRecord>;
}

/** An event has at most 65,535 bytes when it is signed; spaces and an indentation may double it. */
export const MAX_RECORD_CHARS = 262_144;

export const TOO_LONG = {
  code: 'event-too-large',
  detail: 'it is longer than any event can be: long package lists go in by digest',
};
