import { type Recipient, routes } from '@mailkeep/contract'
import { Button, Checkbox, Menu } from '@mantine/core'
import { ChevronDown, Send } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Address } from '../../ui/address.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { countOf } from '../../ui/format-number.ts'
import { useKeys } from '../../ui/keys.ts'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import { StateMark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './quarantine.module.css'

type Level = 'user' | 'domain' | 'tenant'

const changed = [routes.message, routes.quarantine, routes.quarantineSummary]
const levels: readonly (readonly [Level, string])[] = [
  ['user', 'for these people'],
  ['domain', 'for their domain'],
  ['tenant', 'for the whole customer'],
]
const gone = 'This cannot be taken back: the content is gone.'

/** Who a message in quarantine is for, and what whoever looks may decide. */
export function Decision({
  messageId,
  sender,
  recipients,
}: {
  readonly messageId: string
  readonly sender: string
  readonly recipients: readonly Recipient[]
}) {
  const aside = recipients.filter((each) => each.state === 'quarantined').map((each) => each.rcptTo)
  const [left, setLeft] = useState<readonly string[]>([])
  const chosen = aside.filter((each) => !left.includes(each))
  const mayAct = useMay('quarantine.act')
  const toggle = (address: string) =>
    setLeft(left.includes(address) ? left.filter((each) => each !== address) : [...left, address])
  return (
    <Section title="Recipients" text={aside.length === 0 ? 'Nothing is left to decide.' : undefined}>
      <ul className={classes.recipients}>
        {recipients.map(({ rcptTo, state, since, reasonText }) => (
          <li key={rcptTo} className={classes.decision}>
            {mayAct && aside.length > 1 && state === 'quarantined' && (
              <Checkbox
                aria-label={`Decide for ${rcptTo}`}
                checked={!left.includes(rcptTo)}
                onChange={() => toggle(rcptTo)}
              />
            )}
            <StateMark state={state} />
            <Address value={rcptTo} isQuiet />
            <span className="mk-soft">
              {reasonText}, <Moment at={since} />
            </span>
          </li>
        ))}
      </ul>
      {mayAct && aside.length > 0 && (
        <Buttons messageId={messageId} sender={sender} chosen={chosen} isAll={left.length === 0} />
      )}
    </Section>
  )
}

function Buttons({
  messageId,
  sender,
  chosen,
  isAll,
}: {
  readonly messageId: string
  readonly sender: string
  readonly chosen: readonly string[]
  readonly isAll: boolean
}) {
  const mayList = useMay('lists.write')
  const people = countOf(chosen.length, 'person', 'people')
  const { release, remove, block, report } = useDecisions({
    ...{ messageId, sender, people },
    only: isAll ? undefined : chosen,
  })
  const keys = useMemo(() => [{ key: 'r', does: 'release', run: () => void release() }], [release])
  useKeys(keys)
  return (
    <div className={`${classes.decision} ${classes.buttons}`}>
      <Button
        disabled={chosen.length === 0}
        leftSection={<Send size={14} aria-hidden />}
        onClick={() => void release()}
      >
        Release to {people}
      </Button>
      {mayList && (
        <>
          <Choices label="Release and allow sender" isOff={chosen.length === 0} onChoose={release} />
          <Choices label="Block sender" isOff={chosen.length === 0} onChoose={block} />
        </>
      )}
      <Button variant="default" onClick={() => void report()}>
        Report as wrong
      </Button>
      <Button variant="default" disabled={chosen.length === 0} onClick={() => void remove()}>
        Delete
      </Button>
    </div>
  )
}

function Choices({
  label,
  isOff,
  onChoose,
}: {
  readonly label: string
  readonly isOff: boolean
  readonly onChoose: (level: Level) => Promise<void>
}) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <Button variant="default" disabled={isOff} rightSection={<ChevronDown size={14} aria-hidden />}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {levels.map(([level, words]) => (
          <Menu.Item key={level} onClick={() => void onChoose(level)}>
            {words}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** What can be decided about a message, each asked for once more and told when it is done. */
function useDecisions({
  messageId,
  sender,
  people,
  only,
}: {
  readonly messageId: string
  readonly sender: string
  /** How many are meant, in words. */
  readonly people: string
  /** Undefined: all for whom it is set aside. */
  readonly only: readonly string[] | undefined
}) {
  const releasing = useOrder(routes.releaseQuarantined, changed).give
  const deleting = useOrder(routes.deleteQuarantined, changed).give
  const blocking = useOrder(routes.blockQuarantined, changed).give
  const reporting = useOrder(routes.reportQuarantined, changed).give
  const params = { id: messageId }
  const recipients = only && { recipients: [...only] }
  const tell = async (work: () => Promise<string>) => {
    try {
      tellDone(await work())
    } catch (fault) {
      tellFault(fault)
    }
  }
  const asScope = (level: Level) => levels.find(([each]) => each === level)?.[1] ?? ''
  return {
    release: async (allow?: Level) => {
      const also = allow ? ` ${sender} is allowed ${asScope(allow)} from now on.` : ''
      const isMeant = await confirm({
        title: `Release to ${people}?`,
        text: also === '' ? undefined : also.trim(),
        action: `Release to ${people}`,
        undo: 'Released mail cannot be called back.',
      })
      if (!isMeant) return
      await tell(async () => {
        const { done, rescan } = await releasing({ params, body: { ...recipients, ...(allow && { allow }) } })
        if (done === 0) return 'Somebody else was faster; nothing was left to do.'
        return `Released to ${countOf(done, 'person', 'people')}.${rescan ? ' It is scanned once more before it leaves.' : ''}${also}`
      })
    },
    block: async (level: Level) => {
      const isMeant = await confirm({
        title: `Block ${sender} ${asScope(level)}, and delete this message?`,
        action: 'Block and delete',
        undo: 'The sender can be taken off the list again; the message is gone.',
        isDangerous: true,
      })
      if (!isMeant) return
      await tell(async () => {
        const { done, listed } = await blocking({ params, body: { ...recipients, level, delete: true } })
        return `${listed?.entry ?? sender} is blocked, and the message deleted for ${countOf(done, 'person', 'people')}.`
      })
    },
    remove: async () => {
      const title = `Delete for ${people}?`
      if (!(await confirm({ title, action: `Delete for ${people}`, undo: gone, isDangerous: true }))) return
      await tell(async () => {
        const { done } = await deleting({ params, body: { ...recipients } })
        return `Deleted for ${countOf(done, 'person', 'people')}.`
      })
    },
    report: () =>
      tell(async () => {
        const { isNew } = await reporting({ params, body: {} })
        return isNew
          ? 'Noted as a false alarm; the checks learn from it. The message stays here.'
          : 'You have reported this one before.'
      }),
  }
}
