import { type IncidentView, routes } from '@mailkeep/contract'
import { useAnswer } from '../../session/use-answer.ts'
import { useMay } from '../../session/who.tsx'
import { Answered } from '../../ui/answered.tsx'
import { Moment } from '../../ui/moment.tsx'
import { Section } from '../../ui/section.tsx'
import classes from './incidents.module.css'
import { Markdown } from './markdown.tsx'
import { PostmortemEditor } from './postmortem-editor.tsx'

/** Why it happened and what follows: written, kept and published by the house, read by whoever knows of the incident. */
export function PostmortemPart({ incident }: { readonly incident: IncidentView }) {
  const mayWrite = useMay('site.write')
  const { id, inner, postmortem, isPublic } = incident
  const draft = useAnswer(
    routes.incidentDraft,
    { params: { incident: id }, query: { audience: isPublic ? 'public' : 'house' } },
    { isOff: inner === null },
  )
  if (inner === null) return postmortem && <Published postmortem={postmortem} />
  return (
    <div className="mk-stack">
      {postmortem && postmortem.text !== inner.postmortem && <Published postmortem={postmortem} />}
      <Answered answer={draft} lines={12}>
        {({ text }) =>
          mayWrite ? (
            <PostmortemEditor key={`${id} ${isPublic}`} incident={incident} draft={text} />
          ) : (
            <Section title={inner.postmortem === null ? 'Draft of a postmortem' : 'Postmortem'}>
              <div className={classes.draft}>
                <Markdown text={inner.postmortem ?? text} />
              </div>
            </Section>
          )
        }
      </Answered>
    </div>
  )
}

function Published({ postmortem }: { readonly postmortem: NonNullable<IncidentView['postmortem']> }) {
  const { text, publishedAt, updatedAt } = postmortem
  return (
    <Section
      title="Postmortem"
      text={
        <>
          published <Moment at={publishedAt} form="since" />
          {updatedAt !== publishedAt && (
            <>
              , changed <Moment at={updatedAt} form="since" />
            </>
          )}
        </>
      }
    >
      <div className={classes.draft}>
        <Markdown text={text} />
      </div>
    </Section>
  )
}
