import { startDnsServer, type TestDnsServer } from '../tests/harness/dns-server.ts'
import { TestSite } from '../tests/harness/site.ts'
import { mixClients } from './mail-mix.ts'

/** A Mailkeep with all checks, for the mix of mail (mail-mix.ts): its clients by XCLIENT, and DNS that knows no name. */
export interface MixSite extends AsyncDisposable {
  readonly site: TestSite
  readonly rcptTo: string
}

/**
 * Judges everything and keeps nothing back, so that all of it has to be delivered: the tolerance is out of reach.
 * Each client is a new one, so greetings are not delayed for strangers, and limits by minute do not count for them.
 */
export async function startMixSite(nextHop: string): Promise<MixSite> {
  const dns: TestDnsServer = await startDnsServer({ ttl: 300 })
  const rcptTo = 'b@example.test'
  const site = await TestSite.start({
    domains: { 'example.test': nextHop },
    users: [rcptTo],
    settings: {
      'inspection.temperror': 'deliver',
      'dns.servers': [dns.address],
      'gateway.trustXclient': ['127.0.0.0/8'],
      'gateway.rateExempt': ['127.0.0.0/8', mixClients],
    },
  })
  await site.must('policy', 'set', 'example.test', 'tolerance=100000')
  // The snapshot with this setting is in force within two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  return {
    site,
    rcptTo,
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]()
      await dns.close()
    },
  }
}
