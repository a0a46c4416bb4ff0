import { routes, type StatusView } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Note } from '../../ui/notes.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './status.module.css'

/** Components that are measured since a newer version, and that the page does not have yet. */
export function OfferedComponents({ offered }: Pick<StatusView, 'offered'>) {
  const add = useOrder(routes.addStandardComponents, [routes.status, routes.statusDays])
  const mayWrite = useMay('site.write')
  if (offered.length === 0 || !mayWrite) return null
  const ids = offered.map((each) => each.id)
  const run = (isHidden: boolean) =>
    add
      .give({ body: { ids, isHidden } })
      .then(
        ({ added }) =>
          tellDone(
            `${countOf(added.length, 'component is', 'components are')} ${isHidden ? 'hidden: measured, and seen by nobody outside' : 'on the status page'}.`,
          ),
        tellFault,
      )
  return (
    <Note tone="wait">
      {countOf(offered.length, 'new component is', 'new components are')} measured and not on the page:{' '}
      {offered.map((each) => each.name).join(', ')}.
      <span className={classes.offers}>
        <Button loading={add.isRunning} onClick={() => void run(false)}>
          {offered.length === 1 ? 'Show it' : `Show all ${offered.length}`}
        </Button>
        <Button variant="default" disabled={add.isRunning} onClick={() => void run(true)}>
          Keep {offered.length === 1 ? 'it' : 'them'} hidden
        </Button>
      </span>
    </Note>
  )
}
