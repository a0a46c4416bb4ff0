import type { MailProgram } from '@mailkeep/contract'
import type { ApiParts } from '../api-parts.ts'
import { isLoopbackAddress, splitEndpoint } from '../loopback.ts'

type Door = MailProgram['doors'][number]

/** What programs that log in to send are told to use: STARTTLS before TLS from the first byte, each port once. */
export function describeMailProgram(
  config: Pick<ApiParts['config'], 'site.host' | 'submission.listen' | 'submission.listenTls'>,
): MailProgram {
  return {
    host: config['site.host'],
    doors: [
      ...doorsOf(config['submission.listen'], 'STARTTLS'),
      ...doorsOf(config['submission.listenTls'], 'TLS'),
    ],
  }
}

/** A port that is listened at by several addresses is one door, and local only where all of them are. */
function doorsOf(endpoints: readonly string[], security: Door['security']): Door[] {
  const ports = Map.groupBy(endpoints.map(splitEndpoint), ({ port }) => port)
  return [...ports].map(([port, places]) => ({
    port,
    security,
    isLocal: places.every(({ host }) => isLoopbackAddress(host)),
  }))
}
