import type { FastifyInstance } from 'fastify';

/** A method of a path that is served, with a value for each of its parameters. */
export interface ServedRoute {
  readonly method: string;
  readonly url: string;
}

/** Every route of a server, read off the tree that it prints of them. */
export function servedRoutes(app: FastifyInstance, values: Readonly<Record<string, string>>): readonly ServedRoute[] {
  const path: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = /^(.*?)(?:├|└)── (\S*) ?\(([^)]*)\)/.exec(line) ?? [];
      if (methods === '') return [];
      path.splice(indent.length / 4, path.length, part);
      const url = path.join('').replace(/:([a-z]+)/gi, (_, name) => values[name] ?? '1');
      return methods.split(', ').map((method) => ({ method, url: url === '' ? '/' : url }));
    });
}
