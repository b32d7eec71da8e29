import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { ConfigurationError, readEnvironment, type Environment } from '../config/environment.js';
import { KAFKA_VARIABLES, kafkaSettings } from './kafka-variables.js';

const FILE = fileURLToPath(import.meta.url);
const LOGIN = {
  KAFKA_SASL_MECHANISM: 'scram-sha-512',
  KAFKA_SASL_USERNAME: 'kokbulak',
  KAFKA_SASL_PASSWORD: 'secret',
};

function read(env: Environment) {
  return kafkaSettings(readEnvironment(KAFKA_VARIABLES, env));
}

function wrong(env: Environment): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems.map(({ name }) => name);
    throw error;
  }
}

describe('the Kafka settings', () => {
  it('are none without brokers', () => {
    expect(read({})).toBeUndefined();
    expect(read(LOGIN)).toBeUndefined();
  });

  it('need no more than brokers', () => {
    expect(read({ KAFKA_BROKERS: 'one:9092, two:9092' })).toEqual({ brokers: ['one:9092', 'two:9092'] });
  });

  it('say as whom and over what', () => {
    const env = { KAFKA_BROKERS: 'one:9093', KAFKA_SSL: 'true', KAFKA_SSL_CA: FILE, ...LOGIN };
    expect(read(env)).toEqual({
      brokers: ['one:9093'],
      ssl: { ca: expect.stringContaining('the Kafka settings') as unknown },
      sasl: { mechanism: 'scram-sha-512', username: 'kokbulak', password: 'secret' },
    });
    expect(read({ KAFKA_BROKERS: 'one:9093', KAFKA_SSL: 'true' })).toMatchObject({ ssl: true });
  });

  it.each([
    ['KAFKA_BROKERS', { KAFKA_BROKERS: 'http://one:9092' }],
    ['KAFKA_SASL_PASSWORD', { KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'kokbulak' }],
    ['KAFKA_SASL_MECHANISM', { ...LOGIN, KAFKA_SASL_MECHANISM: 'gssapi' }],
    ['KAFKA_SSL', { KAFKA_SSL_CA: FILE }],
    ['KAFKA_SSL_KEY', { KAFKA_SSL: 'true', KAFKA_SSL_CERT: FILE }],
    ['KAFKA_SSL_CA', { KAFKA_SSL: 'true', KAFKA_SSL_CA: `${FILE}.missing` }],
  ])('are refused when %s is wrong', (name, env) => {
    expect(wrong(env)).toEqual([name]);
  });
});
