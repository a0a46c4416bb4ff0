import type { DomainLine } from '@mailkeep/contract'
import { exactTime } from '../../ui/format-time.ts'
import { Mark } from '../../ui/state-mark.tsx'
import { lightNames } from './light-names.ts'

/** Without these mail goes past us, or is taken for forged. */
const grave: readonly string[] = ['mx', 'spf']

/** Which records of a domain were wrong when DNS was last asked, and when that was on hover. */
export function LightsMark({ lights }: { readonly lights: DomainLine['lights'] }) {
  if (lights === null) return <Mark tone="none">not looked at yet</Mark>
  const { wrong, isUnknown, checkedAt } = lights
  const isGrave = wrong.some(({ name, state }) => state === 'red' && grave.includes(name))
  const tone = isGrave ? 'bad' : wrong.length > 0 ? 'aside' : isUnknown ? 'none' : 'good'
  const words = wrong.length > 0 ? wrong.map(({ name }) => lightNames[name]).join(', ') : 'right'
  const told = isUnknown && wrong.length === 0 ? 'unknown' : words
  return (
    <span title={`${told}; looked at ${exactTime(checkedAt)}`}>
      <Mark tone={tone}>{told}</Mark>
    </span>
  )
}
