import { routes, type SeenRecipient } from '@mailkeep/contract'
import { Checkbox } from '@mantine/core'
import { Radar } from 'lucide-react'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { Answered } from '../../ui/answered.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { countOf } from '../../ui/format-number.ts'
import { Moment } from '../../ui/moment.tsx'
import { Empty, Note } from '../../ui/notes.tsx'
import classes from './directory.module.css'

const changes = [routes.people, routes.domain, routes.directoryTotals, routes.seenRecipients] as const

/** Adds people whom mail has come for: the next hop took it, and they are not listed here. */
export function AddSeenPeople({ domain }: { readonly domain: string }) {
  return (
    <DialogButton label="From mail seen" icon={Radar} title={`Who gets mail in ${domain}`}>
      {(close) => <SeenPeople domain={domain} close={close} />}
    </DialogButton>
  )
}

function SeenPeople({ domain, close }: { readonly domain: string; readonly close: () => void }) {
  const answer = useAnswer(routes.seenRecipients, { query: { domain } })
  return (
    <Answered answer={answer} lines={5}>
      {({ lines, lookedBackTo }) =>
        lines.length === 0 ? (
          <Empty title="Nobody new">
            Everybody whom mail was delivered to is listed already. A domain that takes listed people only
            shows nobody here: mail for others is refused.
          </Empty>
        ) : (
          <>
            {lookedBackTo !== null && (
              <Note tone="aside">
                Mail since <Moment at={lookedBackTo} /> was looked at. There may be more behind it.
              </Note>
            )}
            <SeenForm lines={lines} close={close} />
          </>
        )
      }
    </Answered>
  )
}

function SeenForm({
  lines,
  close,
}: {
  readonly lines: readonly SeenRecipient[]
  readonly close: () => void
}) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const chosen = lines.filter(({ address }) => !left.has(address))
  const toggle = (address: string) =>
    setLeft((before) => {
      const next = new Set(before)
      if (!next.delete(address)) next.add(address)
      return next
    })
  return (
    <DialogForm
      route={routes.addPeople}
      changes={changes}
      question={() => ({ body: { people: chosen.map(({ address }) => ({ address })) } })}
      done={({ added }) => `${countOf(added, 'person is', 'people are')} added.`}
      close={close}
      submit={`Add ${countOf(chosen.length, 'person', 'people')}`}
      isOff={chosen.length === 0}
    >
      <ul className={classes.seen} aria-label="Addresses that mail was delivered to">
        {lines.map(({ address, mails, lastAt }) => (
          <li key={address}>
            <Checkbox
              label={<bdi>{address}</bdi>}
              description={
                <>
                  {countOf(mails, 'message')}, the last <Moment at={lastAt} />
                </>
              }
              checked={!left.has(address)}
              onChange={() => toggle(address)}
            />
          </li>
        ))}
      </ul>
    </DialogForm>
  )
}
