import type { FastifyRequest } from 'fastify'
import type { SamlPlace } from '#services/access/saml/saml-place.ts'
import { placeOf } from './place-of.ts'

/** Where everybody finds what a provider of SAML has to know of us. */
export function samlMetadataPath(tenant: string): string {
  return `${pathOf(tenant)}/metadata`
}

/**
 * How we are known to a provider of SAML: by one name, whatever host people come by (`console.url`, else the host in
 * use); answers come to the host that they set out from.
 */
export function samlPlaceOf(request: FastifyRequest, consoleUrl: string, tenant: string): SamlPlace {
  const { origin } = placeOf(request, consoleUrl)
  const known = consoleUrl === '' ? origin : new URL(consoleUrl).origin
  return { entityId: `${known}${samlMetadataPath(tenant)}`, acsUrl: `${origin}${pathOf(tenant)}` }
}

function pathOf(tenant: string): string {
  return `/sign-in/with/${encodeURIComponent(tenant)}/saml`
}
