import { describe, expect, it } from '@jest/globals';
import { DatabaseError } from 'pg';
import { CommitUnknown, ConnectionLost, isDatabaseTrouble } from './database-trouble.js';

function fromServer(code: string): DatabaseError {
  return Object.assign(new DatabaseError('told by the server', 0, 'error'), { code });
}

function fromNode(code: string): Error {
  return Object.assign(new Error('told by Node'), { code });
}

describe('trouble with the database', () => {
  it.each([
    ['08006', 'the connection failed'],
    ['08P01', 'the protocol was violated'],
    ['28P01', 'the password was changed'],
    ['53100', 'the disk is full'],
    ['53300', 'there are too many connections'],
    ['57P01', 'an administrator shuts the server down'],
    ['57P02', 'the server crashes'],
    ['57P03', 'the server is starting up'],
    ['57P05', 'the session was idle for too long'],
    ['57014', 'the statement took too long'],
    ['40001', 'transactions could not be put in an order'],
    ['40P01', 'there was a deadlock'],
    ['55P03', 'a lock was not given in time'],
    ['25P03', 'the transaction was idle for too long'],
    ['25006', 'another server has taken over'],
  ])('is SQLSTATE %s: %s', (code) => {
    expect(isDatabaseTrouble(fromServer(code))).toBe(true);
  });

  it.each([
    ['23505', 'a key is there already'],
    ['23514', 'a check is not met'],
    ['22021', 'a character cannot be stored'],
    ['22003', 'a number is too large'],
    ['42501', 'the role may not do this'],
    ['42P01', 'there is no such table'],
    ['54000', 'a limit of the program is exceeded'],
    ['P0001', 'a trigger refuses it'],
    ['XX000', 'the server has a defect'],
    ['57000', 'somebody intervened in another way'],
  ])('is not SQLSTATE %s: %s', (code) => {
    expect(isDatabaseTrouble(fromServer(code))).toBe(false);
  });

  it.each([
    ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'],
    ...['ENOTFOUND', 'EAI_AGAIN'],
  ])('is %s of a socket', (code) => {
    expect(isDatabaseTrouble(fromNode(code))).toBe(true);
  });

  it.each(['ENOENT', 'EACCES', 'ERR_INVALID_ARG_TYPE', 'ENOSPC'])(
    'is not %s, which is about something else',
    (code) => {
      expect(isDatabaseTrouble(fromNode(code))).toBe(false);
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Query read timeout',
    'Cannot use a pool after calling end on the pool',
  ])('is what pg says in words alone: %s', (words) => {
    expect(isDatabaseTrouble(new Error(words))).toBe(true);
  });

  it('is a transaction of which the connection was lost, whether it was committed or not', () => {
    expect(isDatabaseTrouble(new ConnectionLost(new Error('why')))).toBe(true);
    expect(isDatabaseTrouble(new CommitUnknown(new Error('why')))).toBe(true);
  });

  it('is not a defect of our own, nor what was thrown and is no error', () => {
    expect(isDatabaseTrouble(new TypeError('undefined is not a function'))).toBe(false);
    expect(isDatabaseTrouble('ECONNREFUSED')).toBe(false);
    expect(isDatabaseTrouble(undefined)).toBe(false);
  });
});
