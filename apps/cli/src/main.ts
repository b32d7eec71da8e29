import { runLodemark } from './program.js';
import { processSurroundings } from './surroundings.js';

// `lodemark lots | head` closes the pipe early: no reason to complain.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

process.exitCode = await runLodemark(process.argv.slice(2), processSurroundings());
