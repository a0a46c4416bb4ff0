import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { RadarFacts } from '#flow/inspection/radar-facts.ts'
import { fieldValue, findField } from '#ground/mail/header.ts'
import { parseReceived } from '#ground/mail/received.ts'

const mostHops = 12
const longest = 200

/** Reads what kind of answer a test mail has got, and which way it says that it came. */
export function readRadarReply({ header }: InspectedMessage, author: string | null): RadarFacts {
  const value = (name: string) => {
    const field = findField(header, name)
    return field === undefined ? '' : fieldValue(field).trim()
  }
  const isReport = /^multipart\/report\b/i.test(value('content-type'))
  const isAutomatic = value('auto-submitted') !== '' && !/^no\b/i.test(value('auto-submitted'))
  return {
    kind: isReport ? 'bounce' : isAutomatic ? 'automatic' : 'reply',
    author: author ?? '',
    hops: header
      .filter((each) => each.name === 'received')
      .slice(0, mostHops)
      .map(parseReceived)
      .map(({ by, from, fromIp }) => ({ by: cut(by), from: cut(from), ip: cut(fromIp) })),
  }
}

function cut(text: string | null): string {
  return (text ?? '').slice(0, longest)
}
