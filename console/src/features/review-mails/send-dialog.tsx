import type { ReviewPeopleLine } from '@mailkeep/contract'
import { Button, Modal, Progress } from '@mantine/core'
import { countOf, formatCount } from '../../ui/format-number.ts'
import { tellDone } from '../../ui/toast.tsx'
import classes from './review-mails.module.css'
import { type Sending, useSending } from './use-sending.ts'

/** Asks, sends review mails to those who can get one, shows how far it is, and says who got none and why. */
export function SendDialog({
  lines,
  onDone,
  onClose,
}: {
  readonly lines: readonly ReviewPeopleLine[]
  /** All of them are on their way. */
  readonly onDone: () => void
  readonly onClose: () => void
}) {
  const able = lines.filter((each) => each.maySend)
  const sending = useSending()
  const [only] = able
  const whom = able.length === 1 && only ? only.address : countOf(able.length, 'person', 'people')
  const run = async () => {
    const notSent = await sending.start(able.map(({ address }) => address))
    if (notSent.length > 0) return
    tellDone(`The review mail to ${whom} is on its way.`)
    onDone()
  }
  const isAsking = sending.state === 'asking'
  return (
    <Modal
      opened
      onClose={() => sending.state !== 'sending' && onClose()}
      title={titleOf(sending.state, able.length, whom)}
      size="md"
      withCloseButton={false}
    >
      <div className={classes.dialog}>
        {isAsking && <Question able={able} unable={lines.filter((each) => !each.maySend)} />}
        {sending.state === 'sending' && <Course {...sending} total={able.length} />}
        {sending.state === 'over' && <Outcome {...sending} total={able.length} />}
        <div className={classes.buttons}>
          {sending.state === 'sending' ? (
            <Button variant="default" onClick={sending.stop}>
              Stop
            </Button>
          ) : (
            <Button
              variant="default"
              data-autofocus={able.length === 0 || undefined}
              onClick={isAsking ? onClose : onDone}
            >
              {isAsking && able.length > 0 ? 'Cancel' : 'Close'}
            </Button>
          )}
          {isAsking && able.length > 0 && (
            <Button data-autofocus onClick={() => void run()}>
              Send to {whom}
            </Button>
          )}
        </div>
      </div>
    </Modal>
  )
}

function titleOf(state: Sending['state'], able: number, whom: string): string {
  if (able === 0) return 'No review mail can be sent'
  if (state === 'asking') return `Send the review mail now to ${whom}?`
  return state === 'sending' ? `Sending the review mail to ${whom}` : 'Not every review mail was sent'
}

function Question({
  able,
  unable,
}: {
  readonly able: readonly ReviewPeopleLine[]
  readonly unable: readonly ReviewPeopleLine[]
}) {
  const isIdle = able.filter(({ waiting }) => waiting === 0).length
  return (
    <>
      {able.length > 0 && (
        <p>
          Each gets a mail with a link to his own quarantine, whatever the time of day. The link works three
          times within three days.
        </p>
      )}
      {isIdle > 0 && (
        <p>
          {isIdle === able.length
            ? 'Nothing waits there that could be seen: the mail says so.'
            : `For ${formatCount(isIdle)} of them nothing waits: their mail says so.`}
        </p>
      )}
      {unable.length > 0 && (
        <>
          <p>
            {countOf(unable.length, 'person gets', 'people get')} none, since a link would not let them in:
          </p>
          <ul className={classes.failed}>
            {unable.map(({ address, silenceText }) => (
              <li key={address}>
                <bdi>{address}</bdi>: <span className="mk-soft">{silenceText}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {able.length > 0 && <p className="mk-soft">A mail that was sent cannot be called back.</p>}
    </>
  )
}

function Course({ done, total }: Sending & { readonly total: number }) {
  return (
    <div role="status">
      <Progress value={(100 * done) / total} aria-label={`${formatCount(done)} of ${formatCount(total)}`} />
      <p className="mk-soft">
        {formatCount(done)} of {formatCount(total)} asked for
      </p>
    </div>
  )
}

function Outcome({ notSent, total }: Sending & { readonly total: number }) {
  const sent = total - notSent.length
  return (
    <>
      <p role="alert">
        {sent > 0 && `${countOf(sent, 'review mail is', 'review mails are')} on the way. `}
        {countOf(notSent.length, 'was', 'were')} not sent:
      </p>
      <ul className={classes.failed}>
        {notSent.map(({ address, why }) => (
          <li key={address}>
            <bdi>{address}</bdi>: <span className="mk-soft">{why}</span>
          </li>
        ))}
      </ul>
    </>
  )
}
