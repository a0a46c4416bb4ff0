import type { DomainDetail } from '@mailkeep/contract'
import { Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'

/** A domain that refuses all mail, since nobody is listed: said before its MX leads here. */
export function NobodyYet({ domain: { name, people, anyRecipient } }: { readonly domain: DomainDetail }) {
  if (people > 0 || anyRecipient) return null
  return (
    <Note tone="aside">
      Nobody is listed yet, so all mail for this domain is refused. Next step:{' '}
      <ScopedLink to={`/domains/${name}?tab=people`}>add its people</ScopedLink>, or{' '}
      <ScopedLink to={`/domains/${name}?tab=setup`}>take mail for every address</ScopedLink>; then let its MX
      lead here.
    </Note>
  )
}
