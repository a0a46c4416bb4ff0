import { type MessageContent as Found, routes, type ShownContent } from '@mailkeep/contract'
import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Download, EyeOff, ShieldCheck, ShieldQuestion, ShieldX } from 'lucide-react'
import { useSearchParams } from 'react-router'
import { addressOf, ask } from '../../api/ask.ts'
import { useMay } from '../../session/who.tsx'
import { Lines } from '../../ui/answered.tsx'
import { formatBytes, formatCount } from '../../ui/format-number.ts'
import { LinkTabs, useWith } from '../../ui/link-tabs.tsx'
import { Empty, FaultNote, PartlyMissing } from '../../ui/notes.tsx'
import { Mark } from '../../ui/state-mark.tsx'
import classes from './content.module.css'

/**
 * What stands in a message, made safe. Asked for once only, when somebody opens it: each look stands in the audit log.
 */
export function MessageContent({ messageId }: { readonly messageId: string }) {
  const may = useMay('content.read')
  const params = { id: messageId }
  const { data, error, refetch } = useQuery({
    queryKey: [routes.messageContent.path, params],
    queryFn: ({ signal }) => ask(routes.messageContent, { params, signal }),
    enabled: may,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  if (!may)
    return (
      <Empty title="Content is not for your role" icon={EyeOff}>
        You can decide by sender, subject and findings. Whoever manages your account can let you look into
        messages.
      </Empty>
    )
  if (data === undefined)
    return error ? <FaultNote fault={error} again={() => void refetch()} /> : <Lines count={6} />
  const { marks, content } = data
  return (
    <>
      <Marks marks={marks} />
      {content.value ? (
        <Shown messageId={messageId} shown={content.value} />
      ) : (
        <>
          {content.missing && <PartlyMissing missing={content.missing} what="Content is" />}
          <Button variant="default" onClick={() => void refetch()}>
            Try again
          </Button>
        </>
      )}
    </>
  )
}

const senderLooks = {
  proved: { tone: 'good', icon: ShieldCheck },
  forged: { tone: 'bad', icon: ShieldX },
  unknown: { tone: 'none', icon: ShieldQuestion },
} as const
const qualityTones = { good: 'good', doubtful: 'aside', bad: 'bad', unknown: 'none' } as const

function Marks({ marks: { sender, quality } }: { readonly marks: Found['marks'] }) {
  return (
    <div className={classes.marks}>
      <Mark {...senderLooks[sender.mark]}>{sender.text}</Mark>
      <Mark tone={qualityTones[quality.mark]}>{quality.text}</Mark>
    </div>
  )
}

const views = ['preview', 'text', 'header', 'attachments', 'source'] as const
type View = (typeof views)[number]

function Shown({ messageId, shown }: { readonly messageId: string; readonly shown: ShownContent }) {
  const [parameters] = useSearchParams()
  const to = useWith()
  const first: View = shown.html === null ? 'text' : 'preview'
  const offered = views.filter((each) => each !== 'preview' || shown.html !== null)
  const here = offered.find((each) => each === parameters.get('show')) ?? first
  return (
    <>
      <LinkTabs
        label="Parts of the content"
        tabs={offered.map((each) => ({
          label: each,
          to: to('show', each === first ? '' : each),
          isHere: each === here,
          count: each === 'attachments' ? formatCount(shown.attachments.length) : undefined,
        }))}
      />
      {here === 'preview' && <Preview messageId={messageId} removed={shown.removed} />}
      {here === 'text' && <pre className={classes.text}>{shown.text.trim() || '(no text)'}</pre>}
      {here === 'header' && <Fields shown={shown} />}
      {here === 'attachments' && <Attachments messageId={messageId} shown={shown} />}
      {here === 'source' && <pre className={classes.text}>{shown.source}</pre>}
      <div className={classes.end}>
        <Button
          component="a"
          variant="default"
          href={addressOf(routes.downloadMessage, { id: messageId })}
          leftSection={<Download size={14} aria-hidden />}
        >
          Save as .eml
        </Button>
        {shown.cut && <span className="mk-soft">It is longer than what is shown here.</span>}
      </div>
    </>
  )
}

/** A page of its own in a frame without any right: no script, no form, nothing from elsewhere. */
function Preview({
  messageId,
  removed,
}: {
  readonly messageId: string
  readonly removed: readonly string[]
}) {
  return (
    <>
      <iframe
        className={classes.frame}
        title="Preview of the message, made harmless"
        sandbox=""
        referrerPolicy="no-referrer"
        src={addressOf(routes.messagePreview, { id: messageId })}
      />
      <p className="mk-soft">
        {removed.length === 0
          ? 'Nothing had to be taken out.'
          : `Taken out: ${removed.slice(0, 12).join(', ')}.`}{' '}
        Links are shown with where they lead, and lead nowhere.
      </p>
    </>
  )
}

function Fields({ shown }: { readonly shown: ShownContent }) {
  return (
    <dl className={classes.fields}>
      {shown.header.map(({ name, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fields of one name come several times
        <Field key={index} name={name} value={value} />
      ))}
    </dl>
  )
}

function Field({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <bdi>{value}</bdi>
      </dd>
    </>
  )
}

function Attachments({ messageId, shown }: { readonly messageId: string; readonly shown: ShownContent }) {
  if (shown.attachments.length === 0) return <p className="mk-soft">Nothing is attached.</p>
  return (
    <ul className={classes.files}>
      {shown.attachments.map(({ part, name, type, size, sha256 }) => (
        <li key={part} className={classes.file}>
          <bdi>{name === '' ? '(no name)' : name}</bdi>
          <span className="mk-soft">
            {type}, {formatBytes(size)}
          </span>
          <code className="mk-soft" title={sha256}>
            SHA-256 {sha256.slice(0, 16)}…
          </code>
          <a href={addressOf(routes.downloadMessage, { id: messageId }, { part })}>Save</a>
        </li>
      ))}
    </ul>
  )
}
