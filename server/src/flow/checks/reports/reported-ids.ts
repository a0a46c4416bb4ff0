import type { InspectedMessage } from '#flow/inspection/check.ts'
import { fieldValue, findField, type HeaderField, parseHeader } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import type { MimePart } from '#ground/mail/mime.ts'

/** Messages that one report can name. */
const mostClaims = 10
/** Message-IDs that are tried for one message. */
const mostAlternatives = 10
/** As much of the text as is searched for a forwarded header, and of the header of an attached message. */
const mostBytes = 64 << 10
const longestId = 500

/**
 * The messages that a report means, as Message-IDs: those attached, whole or as `.eml`; else the one whose header
 * stands in the text of a forward; else those that the report answers to, which is how mail programs mark a forward.
 */
export async function findReportedIds(message: InspectedMessage): Promise<string[][]> {
  const attached = [...(await idsOfParts(message)), ...(await idsOfFiles(message))]
  if (attached.length > 0) return [...new Set(attached)].slice(0, mostClaims).map((id) => [id])
  const { visible } = await message.content()
  const alternatives = new Set([...idsInText(visible), ...idsAnswered(message.header)])
  return alternatives.size === 0 ? [] : [[...alternatives].slice(0, mostAlternatives)]
}

/** Of messages attached as they came. A message within those is their matter, and is not reported. */
async function idsOfParts({ mime, read }: InspectedMessage): Promise<string[]> {
  const places = [...attachedMessages(mime)].slice(0, mostClaims).map(({ headerStart, bodyStart }) => ({
    start: headerStart,
    end: Math.min(bodyStart, headerStart + mostBytes),
    pieces: [] as Buffer[],
  }))
  const last = Math.max(0, ...places.map((each) => each.end))
  let at = 0
  for await (const chunk of read()) {
    if (at >= last) break
    for (const { start, end, pieces } of places)
      if (start < at + chunk.length && end > at)
        pieces.push(Buffer.from(chunk.subarray(Math.max(0, start - at), Math.max(0, end - at))))
    at += chunk.length
  }
  return places.flatMap(({ pieces }) => idOf(parseHeader(Buffer.concat(pieces)).fields))
}

function* attachedMessages(part: MimePart): Generator<MimePart> {
  if (part.type === 'message/rfc822' || part.type === 'message/global') yield* part.children.slice(0, 1)
  else for (const child of part.children) yield* attachedMessages(child)
}

/** Of messages attached in an encoding, or as a file that is named as one. */
async function idsOfFiles({ content }: InspectedMessage): Promise<string[]> {
  const { files } = await content()
  return files
    .filter(({ part, name }) => part.type.startsWith('message/') || name.toLowerCase().endsWith('.eml'))
    .slice(0, mostClaims)
    .flatMap(({ bytes }) => idOf(parseHeader(bytes.subarray(0, mostBytes)).fields))
}

/** In the form in which the ledger keeps it. */
function idOf(fields: readonly HeaderField[]): string[] {
  const field = findField(fields, 'message-id')
  if (!field) return []
  const id = decodeHeaderText(fieldValue(field).slice(0, longestId * 4)).slice(0, longestId)
  return id === '' ? [] : [id]
}

function idsInText(text: string): string[] {
  const found = text.slice(0, mostBytes).matchAll(/^[> *\t]{0,20}message-id:[ \t]{0,9}(<[^<>\s]{1,498}>)/gim)
  return Array.from(found, ([, id = '']) => id).slice(0, mostAlternatives)
}

/** The last of References is the message itself, those before it what that one answered. */
function idsAnswered(header: readonly HeaderField[]): string[] {
  return ['in-reply-to', 'references'].flatMap((name) => {
    const field = findField(header, name)
    const value = field ? fieldValue(field).slice(-mostBytes) : ''
    const ids = [...value.matchAll(/<[^<>\s]{1,498}>/g)].map(([id]) => id)
    return ids.slice(-1)
  })
}
