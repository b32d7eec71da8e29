import { inFile, inWorld, logOf, type Attack } from '../mutant.js';

/** None of it says anything; but a bundle that may hold more than it must is not the same bytes whoever writes it. */
export const padding: Attack = {
  attack: 'more than the certificate asks for',
  mutants: [
    inWorld('a heads entry in the middle of a log', ['superfluous'], (world) => {
      const heads = logOf(world, 'src').items.find(({ kind }) => kind === 'heads');
      if (heads !== undefined) heads.shown = true;
    }),
    inWorld('a proof about a lot that has nothing to do with it', ['superfluous'], (world) => {
      logOf(world, 'euclid').heads.push('euclid/ANOTHER-1');
    }),
    inWorld('a proof about another plant’s lot', ['superfluous'], (world) => {
      logOf(world, 'kokbulak').heads.push('magnet-plant/ANOTHER-1');
    }),
    inFile('a proof about a lot twice', ['superfluous'], ({ logs }) => {
      const heads = logs[0]?.heads ?? [];
      heads.push(...heads.slice(0, 1));
    }),
    inFile('a consistency proof twice', ['superfluous'], ({ logs }) => {
      const proofs = logs[1]?.consistency ?? [];
      proofs.push(...proofs.slice(0, 1));
    }),
    inFile('a status list twice', ['superfluous'], ({ statusLists }) => {
      statusLists.push(...statusLists.slice(0, 1));
    }),
  ],
};
