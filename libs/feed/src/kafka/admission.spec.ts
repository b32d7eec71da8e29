import { describe, expect, it } from '@jest/globals';
import { admissionOf } from './admission.js';

const users = {
  registry: 'registry',
  provenance: ['provenance'],
  custody: new Map([
    ['https://custody.kokbulak.example', 'kokbulak'],
    ['https://custody.src.example/custody', 'src'],
    ['https://old.kokbulak.example', 'kokbulak'],
  ]),
};

describe('who may publish what', () => {
  it('follows from which custody service keeps a facility’s log, by whatever address it is named', () => {
    const { operators, strangers } = admissionOf(users, [
      { facility: 'kokbulak', custodyUrl: 'https://custody.kokbulak.example/' },
      { facility: 'kokbulak-2', custodyUrl: 'https://OLD.kokbulak.example:443' },
      { facility: 'src', custodyUrl: 'https://custody.src.example/custody' },
    ]);
    expect(operators.get('kokbulak')).toEqual(['kokbulak', 'kokbulak-2']);
    expect(operators.get('src')).toEqual(['src']);
    expect(strangers).toEqual([]);
  });

  it('is nothing for a service without a facility, and nobody’s for a facility without a known service', () => {
    const tau = { facility: 'tau', custodyUrl: 'https://custody.src.example/' };
    const { operators, strangers } = admissionOf(users, [tau]);
    expect([...operators]).toEqual([
      ['kokbulak', []],
      ['src', []],
    ]);
    expect(strangers).toEqual([tau]);
  });
});
