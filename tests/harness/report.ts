/** Fields by lower case name; of several of one name the last. */
export type Fields = Readonly<Record<string, string>>

interface Part {
  readonly type: string
  readonly body: string
}

/** A delivery report (RFC 3464), taken apart as a program at the sender would. */
export interface Report {
  readonly header: Fields
  readonly parts: readonly Part[]
  readonly message: Fields
  readonly recipients: readonly Fields[]
}

/** @throws Error where it is no multipart/report with a status part */
export function parseReport(content: string): Report {
  const { header, body } = split(content)
  const boundary = /boundary="([^"]+)"/.exec(header['content-type'] ?? '')?.[1]
  if (boundary === undefined) throw new Error(`no report: ${header['content-type']}`)
  const parts = body
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((each) => split(each.replace(/^\r\n/, '').replace(/\r\n$/, '')))
    .map((each) => ({ type: each.header['content-type']?.split(';')[0] ?? '', body: each.body }))
  const status = parts.find((each) => each.type === 'message/delivery-status')
  if (!status) throw new Error(`no status part among ${parts.map((each) => each.type).join(', ')}`)
  const [message = {}, ...recipients] = status.body.trim().split('\r\n\r\n').map(readFields)
  return { header, parts, message, recipients }
}

function split(text: string): { header: Fields; body: string } {
  const end = text.indexOf('\r\n\r\n')
  return { header: readFields(text.slice(0, end)), body: text.slice(end + 4) }
}

function readFields(text: string): Fields {
  const lines = text.replace(/\r\n[ \t]+/g, ' ').split('\r\n')
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
}
