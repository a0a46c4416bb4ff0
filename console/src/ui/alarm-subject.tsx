import type { AlarmLine } from '@mailkeep/contract'
import { placeOf } from './alarm-place.ts'
import { ScopedLink } from './scoped-link.tsx'

/** What an alarm is about, as a link to its page where it has one. */
export function AlarmSubject({ line }: { readonly line: Pick<AlarmLine, 'name' | 'subject'> }) {
  const to = placeOf(line)
  const words = <bdi>{line.subject || 'the site'}</bdi>
  return to === null ? words : <ScopedLink to={to}>{words}</ScopedLink>
}
