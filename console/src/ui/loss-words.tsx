import type { Loss } from '@mailkeep/contract'
import classes from './loss-words.module.css'

/** What is missing, by name, and what that means for its mail. */
export function LossWords({ loss: { domain, inForce, lost, names } }: { readonly loss: Loss }) {
  const more = lost - names.length
  return (
    <>
      <p>
        {lost} of {inForce} {domain === '*' ? 'domains' : <>addresses of {domain}</>} went at once. That is so
        much that it may be a mistake, and mail for them is taken as before:
      </p>
      <ul className={classes.names}>
        {names.map((each) => (
          <li key={each}>
            <code>{each}</code>
          </li>
        ))}
        {more > 0 && <li className="mk-soft">and {more} more</li>}
      </ul>
    </>
  )
}
