import { isOfOneCheck, playScenarioFiles } from './support/scenario-files.js';

playScenarioFiles(isOfOneCheck);
