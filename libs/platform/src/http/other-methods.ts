import { standardProblem } from '../problems/standard-problems.js';
import { ProblemError } from '../problems/problem-error.js';
import type { FastifyServer } from './request.js';

interface Place {
  readonly path: RegExp;
  readonly methods: Set<string>;
}

/** Which methods the routes of a server take, for a path that is there and a method that it does not take. */
export class OtherMethods {
  private readonly places = new Map<string, Place>();

  /** Before any route is made. */
  watch(server: FastifyServer): void {
    server.addHook('onRoute', ({ method, url }) => {
      const place = this.places.get(url) ?? { path: pathOf(url), methods: new Set<string>() };
      for (const one of [method].flat()) place.methods.add(one);
      this.places.set(url, place);
    });
  }

  /** 405 with what the path takes (RFC 9110, section 15.5.6); undefined when there is nothing at the path. */
  problem(url: string): ProblemError | undefined {
    const [path = ''] = url.split('?', 1);
    const places = [...this.places.values()].filter((one) => one.path.test(path));
    const methods = [...new Set(places.flatMap((place) => [...place.methods]))].sort().join(', ');
    if (methods === '') return undefined;
    const { type, status, title } = standardProblem(405);
    return new ProblemError({
      ...{ type, status, title, headers: { Allow: methods } },
      detail: `What is at this path takes ${methods}.`,
    });
  }
}

function pathOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part === '*') return '.*';
    return part.includes(':') ? '[^/]+' : part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}$`);
}
