import { type IncidentView, routes } from '@mailkeep/contract'
import { useParams, useSearchParams } from 'react-router'
import { AffectedMail } from '../features/incidents/affected-mail.tsx'
import { IncidentActs, IncidentSentence, IncidentStory } from '../features/incidents/incident-view.tsx'
import { PostmortemPart } from '../features/incidents/postmortem-part.tsx'
import { QuestionEditor } from '../features/incidents/question-editor.tsx'
import { useAnswer } from '../session/use-answer.ts'
import { useMay } from '../session/who.tsx'
import { Answered } from '../ui/answered.tsx'
import { LinkTabs } from '../ui/link-tabs.tsx'
import { Empty } from '../ui/notes.tsx'
import { PageHead } from '../ui/page-head.tsx'

/** One incident: what is broken, since when, who is hit, what changed, and what puts it right. */
export function Page() {
  const { incident: id = '' } = useParams()
  const answer = useAnswer(routes.incident, { params: { incident: id } }, { every: 5000 })
  const incident = answer.value
  return (
    <>
      <PageHead
        title={incident?.name ?? 'Incident'}
        back={{ to: '/incidents', label: 'Incidents' }}
        {...(incident && { text: <IncidentSentence incident={incident} /> })}
        actions={incident && <IncidentActs incident={incident} />}
      />
      <Answered answer={answer} lines={8}>
        {(found) => <Parts incident={found} />}
      </Answered>
    </>
  )
}

function Parts({ incident }: { readonly incident: IncidentView }) {
  const tab = useSearchParams()[0].get('tab') ?? ''
  const { id, inner, hasList, postmortem } = incident
  const mayWrite = useMay('site.write')
  const tabs = [
    { name: '', label: 'what happened' },
    { name: 'mail', label: 'mail that it touched' },
    ...(inner || postmortem ? [{ name: 'postmortem', label: 'postmortem' }] : []),
  ]
  return (
    <>
      <LinkTabs
        label="Parts of the incident"
        tabs={tabs.map(({ name, label }) => ({
          label,
          to: `/incidents/${id}${name && `?tab=${name}`}`,
          isHere: name === tab,
        }))}
      />
      {tab === 'mail' ? (
        <div className="mk-stack">
          {inner && mayWrite && <QuestionEditor key={id} incident={incident} question={inner.question} />}
          {hasList ? (
            <AffectedMail incident={incident} />
          ) : (
            <Empty title="Nobody has said yet which mail it touched">
              {inner
                ? 'Conditions and a count make the list, by tenant and state, with what can be done.'
                : 'The list stands here as soon as the operator has said so.'}
            </Empty>
          )}
        </div>
      ) : tab === 'postmortem' ? (
        <PostmortemPart incident={incident} />
      ) : (
        <IncidentStory incident={incident} />
      )}
    </>
  )
}
