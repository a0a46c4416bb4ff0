import type { DomainLine } from '@mailkeep/contract'
import { exactTime } from '../../ui/format-time.ts'
import { Mark } from '../../ui/state-mark.tsx'
import { lightNames } from './light-names.ts'

/** Without these mail goes past us, or is taken for forged. */
const grave: readonly string[] = ['mx', 'spf']
/** Names that a cell has room for, also on a telephone. */
const named = 2

/** Which records of a domain were wrong when DNS was last asked, and when that was on hover. */
export function LightsMark({ lights }: { readonly lights: DomainLine['lights'] }) {
  if (lights === null) return <Mark tone="none">not looked at yet</Mark>
  const { wrong, isUnknown, checkedAt } = lights
  const isGrave = wrong.some(({ name, state }) => state === 'red' && grave.includes(name))
  const tone = isGrave ? 'bad' : wrong.length > 0 ? 'aside' : isUnknown ? 'none' : 'good'
  const names = wrong.map(({ name }) => lightNames[name])
  const more = names.length > named ? ` +${names.length - named}` : ''
  const [short, whole] =
    wrong.length > 0
      ? [names.slice(0, named).join(', ') + more, names.join(', ')]
      : isUnknown
        ? ['unknown', 'DNS has not answered']
        : ['right', 'right']
  return (
    <span title={`${whole}; looked at ${exactTime(checkedAt)}`}>
      <Mark tone={tone}>{short}</Mark>
    </span>
  )
}
