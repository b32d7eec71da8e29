import type { CustodyEvent } from '@lodemark/domain';
import { statedBody } from '@lodemark/policy';

/** Material of one lot went into another. */
export interface LotEdge {
  readonly input: string;
  readonly output: string;
}

/**
 * Every way in which the event may have let material of one lot into another, corrected or not: what the closure
 * follows must never be too little.
 */
export function edgesOf(event: CustodyEvent): readonly LotEdge[] {
  const body = statedBody(event);
  switch (body?.type) {
    case 'Transformed': {
      const held = [...(body.heel?.before.from ?? []), ...(body.heel?.after.from ?? [])];
      const inputs = [...body.inputs.map(({ lot }) => lot), ...held];
      return pairs(
        inputs,
        body.outputs.map(({ lot }) => lot),
      );
    }
    case 'Split':
      return pairs(
        [body.parent.lot],
        body.children.map(({ lot }) => lot),
      );
    case 'Merged':
      return pairs(
        body.parents.map(({ lot }) => lot),
        [body.child.lot],
      );
    case 'LotCreated':
      return body.origin.kind === 'mined'
        ? pairs((body.origin.parents ?? []).filter(isLotId), [body.lot])
        : [];
    default:
      return [];
  }
}

function pairs(inputs: readonly string[], outputs: readonly string[]): LotEdge[] {
  return [...new Set(outputs)].flatMap((output) =>
    [...new Set(inputs)].filter((input) => input !== output).map((input) => ({ input, output })),
  );
}

const LOT_ID = /^[a-z0-9-]{1,63}\/[A-Za-z0-9._-]{1,64}$/;

export function isLotId(text: string): boolean {
  return LOT_ID.test(text);
}
