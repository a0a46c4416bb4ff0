import type { Finding } from '#flow/inspection/check.ts'
import { normaliseDomain } from '#ground/mail/domain.ts'
import { registrableDomain } from '#ground/mail/registrable-domain.ts'
import { brandsOfHost } from './brands.ts'
import { wordsOf } from './phrases.ts'
import { createFinding } from './sender-finding.ts'
import type { SenderView } from './sender-view.ts'
import { rolePhrases } from './vocabulary.ts'

/** What the display name says of an address that the message does not come from. */
export function findClaimedNames(view: SenderView): Finding[] {
  return [...findOtherAddress(view), ...findBorrowedName(view)]
}

/** `"ceo@firm.example" <x@elsewhere.example>`: many readers show the name only. */
function findOtherAddress({ author, recipients, list }: SenderView): Finding[] {
  const { name, host, registered } = author
  const shown = /([\p{L}\p{N}._+-]{1,64})@([\p{L}\p{N}.-]{3,253})/u.exec(name.slice(0, 1000))
  if (!shown || list) return []
  const other = normaliseDomain((shown[2] ?? '').replace(/[.-]{1,9}$/, ''))
  const claimed = registrableDomain(other)
  if (claimed === null || claimed.domain === (registered?.domain ?? host)) return []
  const isOwn = recipients.some((each) => each.registered?.domain === claimed.domain && !each.free)
  const isBrand = brandsOfHost(other).length > 0
  return [
    createFinding(
      'name-shows-other-address',
      isOwn || isBrand ? 120 : 50,
      `The sender's name shows the address ${shown[0].slice(0, 100)}, but the message says it is from ${author.address}.`,
      { shown: shown[0].slice(0, 200), from: author.address },
    ),
  ]
}

/** `Example IT Support <x@elsewhere.test>` to somebody at example.com. */
function findBorrowedName({ author, recipients, list }: SenderView): Finding[] {
  if (author.name === '' || list) return []
  const words = wordsOf(author.name)
  for (const { registered, free } of recipients) {
    if (registered === null || free || registered.domain === author.registered?.domain) continue
    const { domain, label } = registered
    const plain = author.name.toLowerCase()
    const isWhole = plain.includes(domain) && !plain.includes(`@${domain}`)
    const isNamed =
      label.length >= 4 && words.includes(label) && rolePhrases.isIn(words.filter((each) => each !== label))
    if (!isWhole && !isNamed) continue
    return [
      createFinding(
        'own-name-borrowed',
        isWhole ? 140 : 100,
        `The sender calls itself "${author.name.slice(0, 80)}" in the name of your own ${domain}, but writes from ${author.host}.`,
        { name: author.name.slice(0, 200), own: domain, host: author.host },
      ),
    ]
  }
  return []
}
