import { type BrandInForce, type BrandView, routes } from '@mailkeep/contract'
import type { FastifyInstance } from 'fastify'
import { isInReach } from '#services/access/may-write.ts'
import type { Principal } from '#services/access/principal.ts'
import type { Brand, EffectiveBrand } from '#services/branding/brand.ts'
import { putBrand, putLogo } from '#services/branding/write-brand.ts'
import { problems } from '../api-problem.ts'
import { accentSheet, brandFrame } from '../page/brand-frame.ts'
import { addRoute } from './add-route.ts'
import type { ApiContext } from './api-context.ts'

const longCache = 'public, max-age=31536000, immutable'

/** `/api/v1/brand`: how pages look, by level; and the files that pages of a brand load. */
export function brandRoutes(app: FastifyInstance, { parts }: ApiContext): void {
  const { brands, brandStore, access, tenancy, clock } = parts
  const orderOf = ({ who, ip }: Principal) => ({
    access,
    directory: tenancy,
    at: clock.now(),
    who,
    ip,
    brands: brandStore,
    ownHosts: parts.ownHosts(),
  })
  const read = async (principal: Principal): Promise<Brand | null> => {
    const { tenant } = placeOf(principal)
    return (await brandStore.brands()).find((each) => each.tenant === tenant) ?? null
  }
  const show = async (principal: Principal, known?: Brand | null): Promise<BrandView> => {
    const { tenant } = principal
    const own = known === undefined ? await read(principal) : known
    brands.forget()
    await brands.renew(1500)
    const { name = null, host = null, fromName = null, accent = null, loginText = null } = own ?? {}
    return {
      tenant,
      own: { name, host, fromName, accent, loginText, hasLogo: (own?.logo ?? null) !== null },
      inForce: describe(brands.ofTenant(tenant)),
    }
  }

  addRoute(app, routes.brandInForce, async ({ request }) =>
    describe(brands.ofHost(request.headers.host ?? '')),
  )
  addRoute(app, routes.brand, ({ principal }) => show(principal))
  addRoute(app, routes.changeBrand, async ({ principal, body, assertSeen }) => {
    const known = await read(principal)
    assertSeen(await show(principal, known))
    await putBrand(orderOf(principal), principal.tenant, body, known)
    return show(principal)
  })
  addRoute(app, routes.changeLogo, async ({ principal, body }) => {
    await putLogo(orderOf(principal), placeOf(principal).tenant, body.logo)
    return show(principal)
  })

  app.get<{ Params: { hex: string } }>(
    '/brand/accent-:hex.css',
    { config: { access: 'open' } },
    async (request, reply) => {
      const sheet = accentSheet(request.params.hex)
      if (!sheet) throw problems.noSuchPage(request.url.slice(0, 200))
      return reply.type('text/css; charset=utf-8').header('cache-control', longCache).send(sheet.content)
    },
  )
  app.get<{ Params: { tenant: string; at: string } }>(
    '/brand/:tenant/logo-:at',
    { config: { access: 'open' } },
    async (request, reply) => {
      await brands.renew(1000)
      const { logo } = brands.ofTenant(request.params.tenant)
      if (!logo || String(logo.changedAt) !== request.params.at)
        throw problems.noSuchPage(request.url.slice(0, 200))
      return reply
        .type(logo.type)
        .header('cache-control', longCache)
        .send(Buffer.from(logo.content, 'base64'))
    },
  )
}

/** A brand is of a whole level. */
function placeOf(principal: Principal): Principal {
  if (!isInReach(principal, { tenant: principal.tenant, domains: null }))
    throw problems.notFound('A brand is of a tenant; a domain has none of its own.')
  return principal
}

function describe(brand: EffectiveBrand): BrandInForce {
  const { logo, style } = brandFrame(brand)
  const { name, fromName, accent, loginText, host } = brand
  return { name, fromName, accent, loginText, host, logo, style }
}
