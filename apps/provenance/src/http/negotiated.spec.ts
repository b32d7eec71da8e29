import { describe, expect, it } from '@jest/globals';
import { negotiated } from './negotiated.js';

const OFFERED = ['application/json', 'text/html', 'application/vc+jwt', 'application/vc'] as const;

describe('what is answered to an Accept header', () => {
  it.each<[string, string | undefined, string]>([
    ['the usual without one', undefined, 'application/json'],
    ['the usual to anything', '*/*', 'application/json'],
    ['the usual to what is not offered', 'image/png', 'application/json'],
    ['the usual to what is no header', ',;q=x, /, text/html;q=often', 'application/json'],
    ['the usual to an empty one', '', 'application/json'],
    ['what is named', 'application/vc+jwt', 'application/vc+jwt'],
    ['what is named, in whatever letters', 'TEXT/HTML', 'text/html'],
    ['what is named, whatever comes with it', 'text/html; charset=utf-8', 'text/html'],
    ['what is named, not what begins like it', 'application/vc', 'application/vc'],
    [
      'what a browser asks for',
      'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
      'text/html',
    ],
    ['what weighs most', 'application/vc+jwt;q=0.5, application/vc', 'application/vc'],
    ['what weighs most, by little', 'text/html;q=0.899, application/vc;q=0.9', 'application/vc'],
    ['of equal weights what comes first', 'application/vc, application/vc+jwt, text/html', 'application/vc'],
    ['what is named before what a wildcard covers', '*/*, application/vc', 'application/vc'],
    ['what is left when the rest is refused', 'application/vc;q=0, application/json', 'application/json'],
    ['not what is refused, though a wildcard covers it', '*/*, application/json;q=0', 'text/html'],
    ['what of a kind is offered', 'text/*', 'text/html'],
    ['the usual when everything is refused', '*/*;q=0', 'application/json'],
  ])('is %s', (_, accept, answered) => {
    expect(negotiated(OFFERED, accept)).toBe(answered);
  });
});
