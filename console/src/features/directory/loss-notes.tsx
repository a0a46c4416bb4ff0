import { type Loss, routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { Note } from '../../ui/notes.tsx'
import { ScopedLink } from '../../ui/scoped-link.tsx'
import { lostOf, useLossOrders } from '../../ui/use-loss-orders.tsx'
import classes from './directory.module.css'

const everyMs = 10_000
const named = 3

/** Says what is gone from the directory and stays in force until a person has decided; nothing where there is none. */
export function LossNotes({
  domain,
}: {
  /** Of it alone; absent: of all in reach. */ readonly domain?: string
}) {
  const { value } = useAnswer(routes.losses, {}, { every: everyMs })
  const lines = value?.lines.filter((each) => domain === undefined || each.domain === domain) ?? []
  if (lines.length === 0) return null
  return (
    <div className={classes.losses}>
      {lines.map((loss) => (
        <LossNote key={loss.domain} loss={loss} />
      ))}
    </div>
  )
}

function LossNote({ loss }: { readonly loss: Loss }) {
  const { domain, names, lost, mayDecide } = loss
  const mayWrite = useMay('directory.write')
  const { letGo, bringBack } = useLossOrders()
  const more = lost - Math.min(named, names.length)
  return (
    <Note
      tone="aside"
      action={
        mayDecide &&
        mayWrite && (
          <div className={classes.decide}>
            <Button onClick={() => void letGo(loss)}>Let them go</Button>
            <Button variant="default" onClick={() => void bringBack(loss)}>
              Bring back
            </Button>
          </div>
        )
      }
    >
      <b>{lostOf(loss)}</b>{' '}
      {domain !== '*' && (
        <>
          of <ScopedLink to={`/domains/${domain}?tab=people`}>{domain}</ScopedLink>{' '}
        </>
      )}
      went at once and {lost === 1 ? 'stays' : 'stay'} in force until{' '}
      {mayDecide ? 'somebody confirms' : 'the operator confirms'}: {names.slice(0, named).join(', ')}
      {more > 0 && ` and ${more} more`}.
    </Note>
  )
}
