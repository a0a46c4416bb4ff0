import { type AccountView, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { Moment } from '../../ui/moment.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './account.module.css'

/** Where the account is signed in, and the way out of each. */
export function Sessions({ account }: { readonly account: AccountView }) {
  const end = useOrder(routes.endSession, [routes.account])
  const endOthers = useOrder(routes.endOtherSessions, [routes.account])
  const others = account.sessions.filter((each) => !each.isThis).length
  return (
    <div className={classes.lines}>
      <ul className={classes.list}>
        {account.sessions.map(({ id, isThis, ip, agent, seenAt }) => (
          <li key={id} className={classes.line}>
            <span>
              <code>{ip || 'this machine'}</code>{' '}
              <span className="mk-soft">
                seen <Moment at={seenAt} />, {browserOf(agent)}
              </span>
            </span>
            {isThis ? (
              <Mark tone="good">this one</Mark>
            ) : (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`End the session from ${ip}`}
                onClick={() =>
                  void end
                    .give({ params: { session: id } })
                    .then(() => tellDone('The session has ended.'), tellFault)
                }
              >
                End
              </Button>
            )}
          </li>
        ))}
      </ul>
      {others > 0 && (
        <div className={classes.buttons}>
          <Button
            variant="default"
            onClick={() =>
              void endOthers
                .give({ body: {} })
                .then(() => tellDone('All other sessions have ended.'), tellFault)
            }
          >
            End all others
          </Button>
        </div>
      )}
    </div>
  )
}

/** The browser and system that a user agent names, as far as people want to know. */
function browserOf(agent: string): string {
  const browser =
    ['Firefox', 'Edg', 'Chrome', 'Safari'].find((each) => agent.includes(`${each}/`)) ?? 'a browser'
  const system = ['Windows', 'Mac OS X', 'Android', 'iPhone', 'Linux'].find((each) => agent.includes(each))
  return `${browser === 'Edg' ? 'Edge' : browser}${system === undefined ? '' : ` on ${system}`}`
}
