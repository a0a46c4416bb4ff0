import type { InspectedMessage } from '#flow/inspection/check.ts'
import type { MessageContent } from '#flow/inspection/message-content.ts'
import type { RuleCondition, RuleField } from '#flow/inspection/message-rule.ts'
import { sniffType } from '#ground/files/file-type.ts'
import { normaliseAddress } from '#ground/mail/address.ts'
import { parseAddressList } from '#ground/mail/address-list.ts'
import { fieldValue } from '#ground/mail/header.ts'
import { decodeHeaderText } from '#ground/mail/header-text.ts'
import { SearchedText } from '#ground/patterns/pattern.ts'

const mostAddresses = 1000
const mostFields = 50

/** What rules look at in one message: taken out of it when a rule first asks, and shared by all rules. */
export class FieldValues {
  readonly #message: InspectedMessage
  readonly #content: MessageContent | null
  readonly #known = new Map<string, readonly SearchedText[]>()
  readonly #score: number

  /** @param content null where no rule asks for it */
  constructor(message: InspectedMessage, content: MessageContent | null, score: number) {
    this.#message = message
    this.#content = content
    this.#score = score
  }

  /** A text part was longer than what is searched. */
  get isCut(): boolean {
    return this.#content?.texts.some((each) => each.cut) ?? false
  }

  get sourceIp(): string {
    return this.#message.arrival.ip
  }

  /** A number: size in bytes, or the score that the checks have come to. */
  numberOf(field: RuleField): number {
    return field === 'size' ? this.#message.size : this.#score
  }

  /** The texts of a field; several where it stands or is named several times. */
  textsOf({ field, header = '' }: RuleCondition): readonly SearchedText[] {
    const key = `${field} ${header}`
    const known = this.#known.get(key)
    if (known) return known
    const texts = this.#read(field, header).map((each) => new SearchedText(each))
    this.#known.set(key, texts)
    return texts
  }

  #read(field: RuleField, header: string): readonly string[] {
    const { arrival } = this.#message
    switch (field) {
      case 'sender':
        return [keyOf(arrival.mailFrom)]
      case 'from':
      case 'reply-to':
        return this.#addresses([field])
      case 'to':
        return this.#addresses(['to', 'cc'])
      case 'subject':
        return this.#headerTexts('subject')
      case 'header':
        return this.#headerTexts(header)
      case 'body':
        return this.#content?.texts.map((each) => each.text) ?? []
      case 'attachment-name':
        return this.#files.map((each) => each.name).filter((each) => each !== '')
      case 'attachment-type':
        return this.#files.flatMap(({ bytes, part }) => {
          const { name, family } = sniffType(bytes)
          return [name, family, part.type]
        })
      default:
        return []
    }
  }

  #addresses(names: readonly string[]): string[] {
    const fields = this.#message.header.filter((each) => names.includes(each.name)).slice(0, mostFields)
    return fields
      .flatMap((each) => parseAddressList(fieldValue(each), mostAddresses))
      .flatMap(({ address }) => (address === null ? [] : [keyOf(address)]))
  }

  #headerTexts(name: string): string[] {
    const fields = this.#message.header.filter((each) => each.name === name).slice(0, mostFields)
    return fields.map((each) => decodeHeaderText(fieldValue(each)))
  }

  get #files(): MessageContent['files'] {
    return this.#content?.files ?? []
  }
}

/** An address as it is compared; what is none stays as it is. */
export function keyOf(address: string): string {
  return normaliseAddress(address).lookupKey
}
