import { problemCode } from '@lodemark/platform/light';
import { EXIT, type ExitCode } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { listMember, member, textMember } from './json.js';

/** What a service answered: any status, the parsed body. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
  /** As it came; what is no JSON and no text is nothing else. */
  readonly bytes: Uint8Array;
  readonly headers: Headers;
}

/** What is wrong, in the service's words. */
export function problemText(problem: unknown): string | undefined {
  return textMember(problem, 'detail') ?? textMember(problem, 'title');
}

/** One line a fault: where it is and what is wrong. */
export function problemFaults(problem: unknown): string[] {
  return listMember(problem, 'errors').map((error) => {
    const pointer = textMember(error, 'pointer') ?? '';
    const place = textMember(error, 'in');
    const where = `${place === undefined ? '' : `${place} `}${pointer === '' ? '(whole)' : pointer}`;
    return `${where}  ${textMember(error, 'code') ?? 'fault'}: ${textMember(error, 'detail') ?? ''}`;
  });
}

export function problemCure(problem: unknown): string | undefined {
  return textMember(problem, 'cure');
}

/** An answer that is no success, as the failure of the command. */
export function failureOf(request: string, { status, body }: Pick<Answer, 'status' | 'body'>): Failure {
  const code = problemCode(body);
  const next = problemCure(body) ?? NEXT_OF_CODE[code ?? ''] ?? NEXT[status];
  return new Failure({
    code: code ?? `status-${status}`,
    exit: exitOf(status, code),
    cause: `${problemText(body) ?? 'The answer is no problem document of a Lodemark service.'} (${request}: ${status})`,
    details: problemFaults(body),
    ...(next === undefined ? {} : { next }),
    problem: member(body, 'type') === undefined ? undefined : body,
  });
}

const NOT_YET = new Set(['not-covered-yet', 'horizon-not-filled']);

function exitOf(status: number, code: string | undefined): ExitCode {
  if (code === undefined || status >= 500 || status < 400) return EXIT.trouble;
  if (NOT_YET.has(code)) return EXIT.notEnough;
  if ([401, 403, 408, 429].includes(status)) return EXIT.trouble;
  return [400, 405, 406, 413, 414, 415, 431].includes(status) ? EXIT.usage : EXIT.no;
}

const NEXT_OF_CODE: Readonly<Record<string, string>> = {
  'lot-unknown':
    'See how it is spelled (lodemark lots). What was just posted counts a second or two later: lodemark horizon FACILITY/INDEX --wait 30 waits for it.',
  'not-covered-yet':
    'It is covered a second or two after it was recorded; --wait 30 waits for it. Is the index one of a receipt?',
};

const NEXT: Readonly<Record<number, string>> = {
  401: 'Give a token of the network’s identity provider (LODEMARK_TOKEN), or run lodemark doctor.',
  403: 'Ask for a token with the role or engagement that this needs.',
  429: 'Wait, then run the same command again.',
  503: 'Wait, then run the same command again; lodemark doctor says what is in trouble.',
};
