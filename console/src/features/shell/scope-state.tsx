import { ApiFault } from '../../api/api-fault.ts'
import { countOf } from '../../ui/format-number.ts'
import classes from './scope-switcher.module.css'
import type { FoundScopes } from './use-found-scopes.ts'

/** How it stands with the list: asked for, late, without an answer, or what more there is. */
export function ScopeState({
  found: { value, fault, isFresh, isLate },
  onAgain,
}: {
  readonly found: FoundScopes
  readonly onAgain: () => void
}) {
  const before = value ? ' What is listed is from before.' : ''
  if (fault)
    return (
      <>
        {fault instanceof ApiFault ? fault.title : fault.message}.{before}{' '}
        <button type="button" className={classes.again} onClick={onAgain}>
          Ask again
        </button>
      </>
    )
  if (isLate) return `This takes longer than usual.${before}`
  if (!isFresh) return 'Looking'
  const shown = value?.lines.length ?? 0
  return shown === 0
    ? 'No tenant, domain, group or person has that in its name.'
    : restOf(value?.inAll ?? 0, shown)
}

function restOf(inAll: number, shown: number): string {
  return inAll > shown ? `${countOf(inAll - shown, 'more', 'more')}: type a part of the name` : ''
}
