import { type BackupState, type BackupWork, routes } from '@mailkeep/contract'
import { Button, Progress } from '@mantine/core'
import { useOrder } from '../../session/use-order.ts'
import { formatBytes } from '../../ui/format-number.ts'
import { formatDuration } from '../../ui/format-time.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './backups.module.css'

const words: Readonly<Record<BackupWork, string>> = {
  backup: 'A backup is being made',
  verify: 'The newest is being verified',
}

/** What the process that makes backups does now, and the two things that it can be asked for. */
export function BackupWorkNow({ found, may }: { readonly found: BackupState; readonly may: boolean }) {
  const order = useOrder(routes.orderBackup, [routes.backups])
  const ask = (what: BackupWork, done: string) =>
    void order.give({ body: { what } }).then(() => tellDone(done), tellFault)
  const isDoing = (what: BackupWork) => found.doing?.what === what || found.ordered !== null
  return (
    <Section
      title="Now"
      actions={
        may && (
          <>
            <Button
              loading={order.isRunning}
              disabled={isDoing('backup')}
              onClick={() => ask('backup', 'A backup begins within a second.')}
            >
              Back up now
            </Button>
            <Button
              variant="default"
              disabled={order.isRunning || isDoing('verify') || found.backups.length === 0}
              onClick={() => ask('verify', 'The newest backup is verified next.')}
            >
              Verify the newest
            </Button>
          </>
        )
      }
    >
      <Doing found={found} />
      <VerifiedByItself found={found} />
      {may && found.backups.length > 0 && found.doing?.what !== 'verify' && <VerifyCost found={found} />}
      {found.ordered !== null && (
        <p className="mk-soft">
          {found.ordered.who} has asked for {found.ordered.what === 'backup' ? 'a backup' : 'a verification'}:
          it begins when what is done now is over.
        </p>
      )}
      {!may && (
        <p className="mk-soft">
          Whoever may change the site can have a backup made now, or have the newest verified.
        </p>
      )}
    </Section>
  )
}

/** When the newest is verified without being asked for. */
function VerifiedByItself({
  found: { state, verifyAt, verifyEveryMs, doing, proof, goalMs },
}: {
  readonly found: BackupState
}) {
  // The server of a version before does not say it.
  if (state === 'silent' || doing?.what === 'verify' || verifyEveryMs == null) return null
  if (verifyEveryMs === 0)
    return (
      <p className="mk-soft">
        None is verified by itself: <code>backup.verify</code> is 0.
      </p>
    )
  if (proof !== null && proof.tookMs > goalMs)
    return (
      <p className="mk-soft">
        None is verified by itself: the last verification took {formatDuration(proof.tookMs)}, longer than
        backups may wait. Have one verified at a quiet hour.
      </p>
    )
  if (verifyAt == null) return null
  return (
    <p className="mk-soft">
      The newest is verified by itself{' '}
      {Date.parse(verifyAt) > Date.now() ? <Moment at={verifyAt} /> : 'when nothing else is due'}, every{' '}
      {formatDuration(verifyEveryMs)}.
    </p>
  )
}

/** What a verification takes, before somebody asks for it. */
function VerifyCost({ found: { databaseBytes, proof, goalMs } }: { readonly found: BackupState }) {
  return (
    <p className="mk-soft">
      Verifying puts the database together beside the backups
      {databaseBytes !== null && `, ${formatBytes(databaseBytes)} for as long as it takes`}, and reads every
      file. No backup is made meanwhile
      {proof !== null &&
        proof.tookMs <= goalMs &&
        `; the last verification took ${formatDuration(proof.tookMs)}`}
      .
    </p>
  )
}

function Doing({ found: { state, doing, nextAt, backups, proof } }: { readonly found: BackupState }) {
  if (doing === null)
    return (
      <p>
        {nextAt === null ? (
          'Nothing was heard of the next backup yet.'
        ) : (
          <>
            The next backup begins <Moment at={nextAt} />.
          </>
        )}
      </p>
    )
  const usualMs = doing.what === 'backup' ? backups[0]?.tookMs : proof?.tookMs
  // It may have ended long ago; what stands above says since when nothing was heard.
  if (state === 'silent') return <p>What was heard last: {words[doing.what].toLowerCase()}.</p>
  const ranMs = Math.max(0, Date.now() - Date.parse(doing.since))
  return (
    <div className={classes.doing} role="status">
      <p>
        <b>{words[doing.what]}</b>
        {doing.step !== '' && `: it ${doing.step}`}, for {formatDuration(ranMs)}
        {doing.bytes > 0 && `, ${formatBytes(doing.bytes)} so far`}
        {usualMs != null && `; the last one took ${formatDuration(usualMs)}`}.
        {doing.what === 'verify' && ' No backup is made meanwhile.'}
      </p>
      <Progress
        value={usualMs == null || usualMs === 0 ? 100 : Math.min(95, (100 * ranMs) / usualMs)}
        animated
        aria-label={words[doing.what]}
      />
    </div>
  )
}
