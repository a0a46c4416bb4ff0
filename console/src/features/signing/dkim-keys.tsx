import { type DkimKeyView, routes } from '@mailkeep/contract'
import { Button, NativeSelect } from '@mantine/core'
import { Plus, RefreshCw, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useAnswer } from '../../session/use-answer.ts'
import { useOrder } from '../../session/use-order.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { confirm } from '../../ui/confirm.tsx'
import { DialogButton } from '../../ui/dialog-button.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { DnsRecord } from '../../ui/dns-record.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Empty } from '../../ui/notes.tsx'
import { Section } from '../../ui/section.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './signing.module.css'

const states = {
  waiting: { tone: 'wait', word: 'waits for its record', text: 'It signs once its record is in DNS.' },
  active: { tone: 'good', word: 'signs', text: 'Leave its record in DNS.' },
  retired: {
    tone: 'none',
    word: 'retired',
    text: 'Another key signs now. Leave its record for some days: receivers may still look at what it has signed.',
  },
} as const

const kinds = { rsa: 'RSA', ed25519: 'Ed25519' } as const

/** Keys that sign mail of a domain (DKIM), with the records to put into DNS. */
export function DkimKeys({ domain }: { readonly domain: string }) {
  const answer = useAnswer(routes.dkimKeys, { params: { domain } }, { every: 30_000 })
  const mayWrite = useMay('directory.write')
  const isAny = (answer.value?.lines.length ?? 0) > 0
  return (
    <Section
      title="Keys that sign its mail (DKIM)"
      text="mail that leaves from here"
      actions={
        mayWrite && (
          <>
            {isAny && <LookNow domain={domain} />}
            <DialogButton label="Make a key" icon={Plus} isMain={!isAny}>
              {(close) => <KeyForm domain={domain} close={close} />}
            </DialogButton>
          </>
        )
      }
      isFlush
    >
      <Answered answer={answer} lines={6}>
        {({ lines }) =>
          lines.length === 0 ? (
            <Empty title="Nothing is signed yet">
              Receivers trust mail more that its domain has signed. Next step: make a key of each kind, and
              put their records into DNS.
            </Empty>
          ) : (
            <ul className={classes.keys}>
              {lines.map((each) => (
                <KeyLine key={each.selector} view={each} mayWrite={mayWrite} />
              ))}
            </ul>
          )
        }
      </Answered>
    </Section>
  )
}

function KeyLine({ view, mayWrite }: { readonly view: DkimKeyView; readonly mayWrite: boolean }) {
  const { domain, selector, algorithm, state, record, madeAt, activeAt, checkedAt } = view
  const look = states[state]
  const remove = useOrder(routes.removeDkimKey, [routes.dkimKeys, routes.domainLights])
  const take = async () => {
    const yes = await confirm({
      title: `Remove the key ${selector}?`,
      text:
        state === 'active' ? 'Nothing is signed with it from then on.' : 'It signs nothing at the moment.',
      action: 'Remove the key',
      undo: 'It cannot be brought back; another one can be made. Leave its record in DNS for some days.',
      isDangerous: true,
    })
    if (yes)
      await remove
        .give({ params: { domain, selector } })
        .then(() => tellDone('The key is removed.'), tellFault)
  }
  return (
    <li className={classes.key}>
      <div className={classes.head}>
        <Mark tone={look.tone}>{look.word}</Mark>
        <b>{kinds[algorithm]}</b>
        <span className="mk-soft">
          made <Moment at={madeAt} />
          {activeAt !== null && (
            <>
              , signs since <Moment at={activeAt} />
            </>
          )}
          {checkedAt !== null && (
            <>
              , looked at <Moment at={checkedAt} />
            </>
          )}
        </span>
        {mayWrite && (
          <Button
            variant="subtle"
            color="gray"
            size="compact-xs"
            leftSection={<Trash2 size={13} aria-hidden />}
            aria-label={`Remove the key ${selector}`}
            onClick={() => void take()}
          >
            Remove
          </Button>
        )}
      </div>
      <p className={classes.text}>{look.text}</p>
      <DnsRecord type="TXT" name={record.name} value={record.value} />
    </li>
  )
}

function LookNow({ domain }: { readonly domain: string }) {
  const check = useOrder(routes.checkDkimKeys, [routes.dkimKeys, routes.domainLights])
  const run = async () => {
    try {
      const { lines } = await check.give({ params: { domain } })
      const [there, asked] = [lines.filter((each) => each.found === 'published').length, lines.length]
      tellDone(`${there} of ${asked} records ${asked === 1 ? 'is' : 'are'} in DNS.`)
    } catch (cause) {
      tellFault(cause)
    }
  }
  return (
    <Button
      variant="default"
      leftSection={<RefreshCw size={14} aria-hidden />}
      loading={check.isRunning}
      onClick={() => void run()}
    >
      Look now
    </Button>
  )
}

function KeyForm({ domain, close }: { readonly domain: string; readonly close: () => void }) {
  const [algorithm, setAlgorithm] = useState<DkimKeyView['algorithm']>('rsa')
  return (
    <DialogForm
      route={routes.makeDkimKey}
      changes={[routes.dkimKeys, routes.domainLights]}
      question={() => ({ params: { domain }, body: { algorithm } })}
      done="The key is made. Put its record into DNS."
      close={close}
      submit="Make the key"
    >
      <NativeSelect
        label="Kind"
        description="Every receiver knows RSA; Ed25519 beside it is smaller and newer."
        value={algorithm}
        data={[
          { value: 'rsa', label: 'RSA, 2048 bits' },
          { value: 'ed25519', label: 'Ed25519' },
        ]}
        onChange={(event) => setAlgorithm(event.currentTarget.value as DkimKeyView['algorithm'])}
      />
    </DialogForm>
  )
}
