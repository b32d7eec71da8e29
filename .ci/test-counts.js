// Prints "passed failed skipped" from a Jest result file; a suite that could not run counts as one failure.
import { readFileSync } from 'node:fs';

const results = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
const skipped = results.numPendingTests + results.numTodoTests;
console.log(results.numPassedTests, failed, skipped);
