import { routes } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useState } from 'react'
import { ask } from '../../api/ask.ts'
import { useMe } from '../../session/who.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Note } from '../../ui/notes.tsx'
import { tellFault } from '../../ui/toast.tsx'
import classes from './connection-lost.module.css'

/** Says that somebody looks with the eyes of another, for which reason, and the way back. */
export function ViewBanner() {
  const { viewAs } = useMe()
  const [isRunning, setRunning] = useState(false)
  if (viewAs === null) return null
  const end = () => {
    setRunning(true)
    // All that was answered belongs to the other: everything is asked anew.
    ask(routes.endView).then(
      () => window.location.assign('/'),
      (fault) => {
        setRunning(false)
        tellFault(fault)
      },
    )
  }
  return (
    <div className={classes.lost}>
      <Note
        tone="aside"
        action={
          <Button variant="default" loading={isRunning} onClick={end}>
            Look with my own eyes
          </Button>
        }
      >
        You see <bdi>{viewAs.domain?.replace(/^(group|user):/, '') ?? viewAs.tenant}</bdi> as the role{' '}
        {viewAs.role} does, and can change nothing, until <Moment at={viewAs.until} form="clock" />. Reason:{' '}
        <bdi>{viewAs.reason}</bdi>
        {viewAs.domain?.startsWith('user:') && (
          <>
            {' '}
            <a href="/review/as">The review page of this person</a>
          </>
        )}
      </Note>
    </div>
  )
}
