import { join } from 'node:path'
import type { DomainViews } from '#doors/api/domain-views.ts'
import { createOwnPlaces } from '#flow/delivery/own-places.ts'
import { probeHop } from '#flow/delivery/probe-hop.ts'
import { splitEndpoint } from '#flow/gateway/create.ts'
import { systemClock } from '#ground/platform/clock.ts'
import type { LoadedConfig } from '#ground/platform/config/load-config.ts'
import { checkLights } from '#services/directory/domain-lights.ts'
import { isOutsideAddress } from '#services/directory/outside-hop.ts'
import type { Base } from './base.ts'
import { createSourceCheck } from './check-sources.ts'
import { createRouteViews } from './route-views.ts'

/** What the door asks of DNS and of other servers about a domain, by the code that mail goes through. */
export function createDomainViews({ config, folder, snapshot }: Base): DomainViews {
  const views = createRouteViews({ config } as LoadedConfig, folder)
  const mtaSts = { mode: config['gateway.mtaSts'], maxAgeMs: config['gateway.mtaStsMaxAge'] }
  const checkSources = createSourceCheck(config, () => views.resolver())
  const ports = config['gateway.listen'].map((each) => splitEndpoint(each)[1])
  return {
    recipient: views.recipientView,
    hop: views.hopView,
    lights: (domain, given) =>
      checkLights(domain, {
        ...given,
        platform: { host: config['site.host'], mtaSts },
        resolver: views.resolver(),
        checkSources,
        certificatePath: config['tls.certificate'] || join(folder, 'secrets', 'certificate.pem'),
      }),
    async probe({ domain, recipient, mayInner }) {
      const found = await probeHop(domain, recipient, {
        routes: snapshot,
        resolver: views.resolver(),
        own: createOwnPlaces(config['site.host'], () => ports),
        mxPort: config['delivery.mxPort'],
        helo: config['site.host'],
        clock: systemClock,
        mayReach: (ip) => mayInner || isOutsideAddress(ip),
      })
      return { ...found, transcript: found.transcript.map((each) => ({ ...each })) }
    },
  }
}
