import { plausibilityProblems } from '../plausibility.js';
import { pointer, type Problem } from '../problem.js';
import { epochMilliseconds } from '../instant.js';
import type { CustodyEvent, EventBody } from './custody-event.js';

type Path = readonly PropertyKey[];
interface Weighed {
  readonly path: Path;
  readonly material: Parameters<typeof plausibilityProblems>[0];
}

/** What no single field shows: absurd masses (with the likely unit mistake named), times in the wrong order. */
export function crossFieldProblems(event: CustodyEvent): Problem[] {
  if (event.type === 'Corrected') {
    return event.replacement === null ? [] : bodyProblems(event.replacement, ['replacement']);
  }
  return bodyProblems(event, []);
}

function bodyProblems(body: EventBody, prefix: Path): Problem[] {
  const weighed = weighedIn(body).flatMap(({ path, material }) =>
    plausibilityProblems(material).map((found) => ({
      ...found,
      pointer: pointer([...prefix, ...path]) + found.pointer,
    })),
  );
  return [...weighed, ...orderProblems(body, prefix), ...labelProblems(body, prefix)];
}

function weighedIn(body: EventBody): Weighed[] {
  switch (body.type) {
    case 'LotCreated':
      return [{ path: [], material: body }];
    case 'Transformed':
      return [
        ...body.inputs.map((input, index) => ({ path: ['inputs', index], material: input })),
        ...body.outputs.map((output, index) => ({ path: ['outputs', index], material: output })),
        ...(body.losses ?? []).map((loss, index) => ({ path: ['losses', index], material: loss })),
      ];
    case 'Split':
      return body.children.map((child, index) => ({ path: ['children', index], material: child }));
    case 'Merged':
      return [
        { path: ['child'], material: body.child },
        ...body.parents.map((parent, index) => ({ path: ['parents', index], material: parent })),
      ];
    case 'Repacked':
      return [{ path: [], material: body }];
    case 'Dispatched':
    case 'Received':
      return body.lots.map((line, index) => ({ path: ['lots', index], material: line }));
    default:
      return [];
  }
}

function orderProblems(body: EventBody, prefix: Path): Problem[] {
  return spansIn(body).flatMap(([path, from, to]) =>
    from !== undefined && to !== undefined && epochMilliseconds(to) < epochMilliseconds(from)
      ? [
          {
            code: 'ends-before-start',
            pointer: pointer([...prefix, ...path]),
            detail: `${to} is before ${from}`,
          },
        ]
      : [],
  );
}

/** Where the end of a time stands, its beginning, its end. */
type Span = readonly [end: Path, from: string | undefined, to: string | undefined];

function spansIn(body: EventBody): readonly Span[] {
  switch (body.type) {
    case 'Transformed':
      return [[['endedAt'], body.startedAt, body.endedAt]];
    case 'InventoryCounted':
      return [[['periodTo'], body.periodFrom, body.periodTo]];
    case 'CampaignsReported':
      return [
        [['periodTo'], body.periodFrom, body.periodTo],
        ...body.campaigns.map(({ startedAt, endedAt }, index): Span => [
          ['campaigns', index, 'endedAt'],
          startedAt,
          endedAt,
        ]),
      ];
    case 'LotCreated':
      return body.origin.kind === 'mined'
        ? [[['origin', 'minedTo'], body.origin.minedFrom, body.origin.minedTo]]
        : [];
    default:
      return [];
  }
}

// A package id stands for one thing in one lot, and a lot with packages has its decisions per package.
function labelProblems(body: EventBody, prefix: Path): Problem[] {
  const problems: Problem[] = [];
  const once = (ids: readonly string[], path: Path) => {
    ids.forEach((id, index) => {
      if (ids.indexOf(id) !== index)
        problems.push({
          code: 'listed-twice',
          pointer: pointer([...prefix, ...path, index, 'id']),
          detail: `package ${id} is listed twice`,
        });
    });
  };
  if (body.type === 'Received') {
    body.lots.forEach((line, index) => {
      if ((line.packages === undefined) === (line.decision === undefined))
        problems.push({
          code: 'decision-missing',
          pointer: pointer([...prefix, 'lots', index, 'decision']),
          detail:
            'a lot without packages needs one decision; a lot with packages has one per package and none of its own',
        });
    });
  }
  packageLists(body).forEach(({ ids, path }) => once(ids, path));
  return problems;
}

function packageLists(body: EventBody): { ids: string[]; path: Path }[] {
  const of = (path: Path, lines: readonly { id: string }[] | undefined) =>
    lines === undefined ? [] : [{ ids: lines.map((line) => line.id), path: [...path, 'packages'] }];
  switch (body.type) {
    case 'LotCreated':
    case 'Repacked':
      return of([], body.packages);
    case 'Merged':
      return of(['child'], body.child.packages);
    case 'Split':
      return body.children.flatMap((child, index) => of(['children', index], child.packages));
    case 'Transformed':
      return body.outputs.flatMap((output, index) => of(['outputs', index], output.packages));
    case 'Dispatched':
    case 'Received':
      return body.lots.flatMap((line, index) => of(['lots', index], line.packages));
    default:
      return [];
  }
}
