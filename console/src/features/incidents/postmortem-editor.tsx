import { type IncidentView, routes } from '@mailkeep/contract'
import { longestMarkdown } from '@mailkeep/contract/markdown'
import { Button, Textarea } from '@mantine/core'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Note } from '../../ui/notes.tsx'
import { saveText } from '../../ui/save-text.ts'
import { Section } from '../../ui/section.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'
import classes from './incidents.module.css'
import { Markdown } from './markdown.tsx'

const changed = [routes.incident, routes.incidents, routes.status]

/** Writes a postmortem beside what its readers will see; keeps it in the house, then publishes it. */
export function PostmortemEditor({
  incident,
  draft,
}: {
  readonly incident: IncidentView
  /** What it begins with where none is kept. */
  readonly draft: string
}) {
  const { id, isPublic, resolvedAt, inner, postmortem } = incident
  const kept = inner?.postmortem ?? null
  // What the text began with: a text that somebody else has kept meanwhile is not written over.
  const [base, setBase] = useState({ kept, tag: tagOf(incident) })
  const [text, setText] = useState(kept ?? draft)
  const keep = useOrder(routes.keepPostmortem, changed)
  const publish = useOrder(routes.publishPostmortem, changed)
  const isKept = text.trim() === base.kept
  const isPublished = isKept && (isPublic ? postmortem?.text === base.kept : incident.state === 'postmortem')
  const isElsewhere = kept !== base.kept
  const tag = isElsewhere ? base.tag : (tagOf(incident) ?? base.tag)
  const give = async (act: () => Promise<IncidentView>, done: string) => {
    try {
      const next = await act()
      setBase({ kept: next.inner?.postmortem ?? null, tag: tagOf(next) })
      tellDone(done)
    } catch (fault) {
      tellFault(fault)
    }
  }
  const askToPublish = async () => {
    const yes = await confirm({
      title: isPublic ? 'Publish this postmortem?' : 'Make this the last word?',
      text: isPublic
        ? 'The whole text stands on the status page, in its feeds and in the JSON. Subscribers hear of it.'
        : 'The public does not know of this incident: the text stays in the house.',
      action: isPublic ? 'Publish it' : 'Make it the last word',
      undo: isPublic ? 'It can be changed and published again; it is not taken back.' : 'It can be changed.',
    })
    if (yes)
      await give(
        () => publish.give({ params: { incident: id }, body: {}, ifMatch: tag }),
        isPublic ? 'The postmortem is published.' : 'The incident has its postmortem.',
      )
  }
  return (
    <Section
      title={base.kept === null ? 'Draft of a postmortem' : 'Postmortem'}
      text={standing(base.kept, isKept, isPublished, isPublic)}
      actions={
        <>
          <CopyButton text={text} what="the text as Markdown" />
          <Button
            variant="default"
            leftSection={<Download size={14} aria-hidden />}
            onClick={() => saveText(text, `postmortem-${id}.md`, 'text/markdown')}
          >
            Markdown
          </Button>
        </>
      }
    >
      {isElsewhere && (
        <Note tone="aside">
          Somebody else has kept another text since you began. Copy yours, then open this page anew.
        </Note>
      )}
      <div className={classes.writing}>
        <Textarea
          label="Text"
          description="headings with #, lists with -, tables with |, **bold**, `code`; addresses become links"
          autosize
          minRows={16}
          maxRows={34}
          maxLength={longestMarkdown}
          value={text}
          classNames={{ input: classes.source ?? '' }}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div>
          <h3 className={classes.seen}>{isPublic ? 'What the public will read' : 'What will be read'}</h3>
          <div className={classes.draft}>
            <Markdown text={text} />
          </div>
        </div>
      </div>
      <div className={classes.buttons}>
        <Button
          loading={keep.isRunning}
          disabled={isKept || text.trim() === ''}
          variant={isKept ? 'default' : 'filled'}
          onClick={() =>
            void give(
              () => keep.give({ params: { incident: id }, body: { text: text.trim() }, ifMatch: tag }),
              'The text is kept. Nobody outside reads it yet.',
            )
          }
        >
          Keep the text
        </Button>
        <Button
          loading={publish.isRunning}
          disabled={!isKept || isPublished || resolvedAt === null}
          variant={isKept && !isPublished ? 'filled' : 'default'}
          onClick={() => void askToPublish()}
        >
          {isPublic ? 'Publish' : 'Make it the last word'}
        </Button>
        {resolvedAt === null && <span className="mk-soft">It is published once the incident is closed.</span>}
      </div>
    </Section>
  )
}

function standing(kept: string | null, isKept: boolean, isPublished: boolean, isPublic: boolean): string {
  if (kept === null) return 'with what was measured filled in; what nobody has measured or said is unknown'
  if (!isKept) return 'changed, not kept yet'
  if (isPublished) return isPublic ? 'published as it stands here' : 'the last word of this incident'
  return 'kept, not published'
}
