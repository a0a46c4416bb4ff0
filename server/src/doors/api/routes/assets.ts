import type { FastifyInstance } from 'fastify'
import type { ApiContext } from './api-context.ts'

/** Files that the page loads; their address holds their hash, so they never change. */
export function assetRoutes(app: FastifyInstance, { assets }: ApiContext): void {
  for (const { path, type, content } of [assets.style, assets.icon, assets.signIn, assets.review])
    app.get(path, { config: { access: 'open' } }, async (_request, reply) =>
      reply.type(type).header('cache-control', 'public, max-age=31536000, immutable').send(content),
    )
}
