import { noticeAddress } from '#ground/mail/notice-address.ts'
import { signSender } from '#ground/mail/signed-sender.ts'
import { SenderKeys } from '#ground/platform/sender-keys.ts'
import type { Base } from './base.ts'

/**
 * Names the envelope sender of a notice to a subscriber, so that its bounces come back and are known. Empty where none
 * can come: the platform has no name in the world, or the key cannot be read at this moment.
 * @returns the address for the id of a message
 */
export function createNoticeSender({
  config,
  folder,
  log,
}: Pick<Base, 'config' | 'folder' | 'log'>): (messageId: string) => string {
  const keys = new SenderKeys(folder)
  return (messageId) => {
    const host = config['site.host']
    if (!takesBounces(host)) return ''
    try {
      const now = Date.now()
      return signSender(noticeAddress(messageId, host), keys.at(now), now)
    } catch (cause) {
      log.warn({ cause: String(cause) }, 'the sender of a notice could not be signed')
      return ''
    }
  }
}

/** Ends of names that nobody outside can look up (RFC 6761, 6762 and 8375, and what inner networks are called). */
const innerEnds =
  /\.(?:localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|test|invalid|onion)$/i

/** Whether a name may mean something to everybody else: receivers refuse a sender whose domain is not there. */
function takesBounces(host: string): boolean {
  return host.includes('.') && !innerEnds.test(host)
}
