import { evaluateSpf } from '#flow/checks/authentication/spf/evaluate-spf.ts'
import { resolveAddresses } from '#flow/delivery/mx-lookup.ts'
import type { Config } from '#ground/platform/config/settings.ts'
import type { Resolver } from '#ground/platform/dns/resolver.ts'
import { isPublicAddress } from '#ground/platform/web/public-address.ts'

const mostSources = 20
const timeMs = 5000

/**
 * What the SPF of a domain says of the addresses that mail leaves from: those of delivery.outboundSource, or of the name
 * of this site where they are inner ones behind a translation.
 */
export function createSourceCheck(config: Config, resolver: () => Resolver) {
  return async (domain: string): Promise<{ ip: string; result: string }[]> => {
    const host = config['site.host']
    const named = config['delivery.outboundSource']
      .map((each) => each.split(' ')[0] ?? '')
      .filter(isPublicAddress)
    const ips = named.length > 0 ? named : (await resolveAddresses(host, resolver())).ips
    return Promise.all(
      ips.slice(0, mostSources).map(async (ip) => {
        const mailFrom = `postmaster@${domain}`
        const question = { ip, helo: host, mailFrom, receiver: host, nowSeconds: Date.now() / 1000, timeMs }
        const { result } = await evaluateSpf(question, resolver(), AbortSignal.timeout(timeMs))
        return { ip, result }
      }),
    )
  }
}
