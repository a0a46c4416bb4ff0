import { useSyncExternalStore } from 'react'
import { readLostSince, subscribeToConnection } from '../../api/connection.ts'
import { Moment } from '../../ui/moment.tsx'
import { Note } from '../../ui/notes.tsx'
import classes from './connection-lost.module.css'

/** Says that the server does not answer, and that what is seen is as of then. */
export function ConnectionLost() {
  const since = useSyncExternalStore(subscribeToConnection, readLostSince)
  if (since === null) return null
  return (
    <div className={classes.lost} role="alert">
      <Note tone="bad">
        The server has not answered since <Moment at={new Date(since).toISOString()} form="clock" />. What you
        see is as of then; it is asked again by itself. Mail flows without this page.
      </Note>
    </div>
  )
}
