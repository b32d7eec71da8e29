/** Nodes and what each leads to; what it leads to beyond the nodes is left alone. */
export type Edges = ReadonlyMap<string, readonly string[]>;

/**
 * The strongly connected parts of a graph, each before those that lead to it (Tarjan 1972), without recursion: a
 * lineage may be a hundred thousand lots deep.
 */
export function stronglyConnected(edges: Edges): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const stacked = new Set<string>();
  const enter = (node: string) => {
    order.set(node, order.size);
    lowest.set(node, order.size - 1);
    stack.push(node);
    stacked.add(node);
    return { node, next: 0 };
  };
  const lower = (node: string, index = 0) => {
    if (index < (lowest.get(node) ?? 0)) lowest.set(node, index);
  };
  const leave = (node: string) => {
    if (lowest.get(node) !== order.get(node)) return;
    const part = stack.splice(stack.lastIndexOf(node));
    part.forEach((one) => stacked.delete(one));
    found.push(part);
  };
  for (const start of edges.keys()) {
    if (order.has(start)) continue;
    const path = [enter(start)];
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const to = edges.get(here.node)?.[here.next];
      here.next += 1;
      if (to === undefined) {
        path.pop();
        leave(here.node);
        const above = path.at(-1);
        if (above !== undefined) lower(above.node, lowest.get(here.node));
      } else if (edges.has(to)) {
        if (!order.has(to)) path.push(enter(to));
        else if (stacked.has(to)) lower(here.node, order.get(to));
      }
    }
  }
  return found;
}
