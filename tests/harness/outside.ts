import { startDnsServer, type TestDnsServer, type ZoneJson } from './dns-server.ts'
import { Sink } from './sink.ts'

/**
 * The world beyond a site: DNS, and one server that takes mail for the given sender domains, so that notices arrive
 * somewhere. The site needs `settings` to see it.
 */
export interface Outside {
  readonly dns: TestDnsServer
  readonly mail: Sink
  readonly settings: Readonly<Record<string, unknown>>
  close(): Promise<void>
}

/** @param more names of the zone beside the senders' */
export async function openOutside(senders: readonly string[], more: ZoneJson = {}): Promise<Outside> {
  const mail = await Sink.start({ keep: true })
  const zone = Object.fromEntries(
    senders.map((domain) => [domain, { MX: [{ preference: 10, exchange: 'mx.outside.example' }] }]),
  )
  const dns = await startDnsServer({ zone: { ...zone, 'mx.outside.example': { A: ['127.0.0.1'] }, ...more } })
  return {
    dns,
    mail,
    // The server is a part of the test, which may stand still for seconds on a busy machine; nothing in it is silent.
    settings: { 'dns.servers': [dns.address], 'dns.timeout': '10s', 'delivery.mxPort': mail.port },
    close: async () => {
      await mail.down()
      await dns.close()
    },
  }
}
