import { useScope } from '../../session/scope.ts'
import classes from './search-dialog.module.css'
import type { Found } from './use-hits.tsx'
import { useIsLate } from './use-is-late.ts'

/** How it stands with a search: what was not answered, that it goes on, or that there is nothing, and where it looked. */
export function SearchState({
  found: { isLooking, missing, isNothing },
  onAgain,
}: {
  readonly found: Found
  readonly onAgain: () => void
}) {
  const isLate = useIsLate(isLooking)
  const isLimited = useScope() !== null
  return (
    <p className={classes.state} role="status">
      {missing ? (
        <>
          Not looked through: {missing.parts.join(', ')}. {missing.why}.{' '}
          <button type="button" className={classes.again} onClick={onAgain}>
            Ask again
          </button>
        </>
      ) : isLate ? (
        'This takes longer than usual.'
      ) : isLooking ? (
        'Looking'
      ) : (
        isNothing &&
        (isLimited
          ? 'No mail and no person of the present scope has that, and no tenant or domain. Choose a wider scope to look for more.'
          : 'No mail, person, tenant or domain has that.')
      )}
    </p>
  )
}
