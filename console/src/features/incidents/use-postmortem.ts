import { type IncidentView, routes } from '@mailkeep/contract'
import { useState } from 'react'
import { tagOf } from '../../api/ask.ts'
import { useOrder } from '../../session/use-order.ts'
import { confirm } from '../../ui/confirm.tsx'
import { tellDone, tellFault } from '../../ui/toast.tsx'

const changed = [routes.incident, routes.incidents, routes.status]

/** A postmortem while somebody writes it: its text, how that stands to what is kept, and what can be done with it. */
export function usePostmortem(incident: IncidentView, draft: string) {
  const { id, isPublic, inner, postmortem } = incident
  const kept = inner?.postmortem ?? null
  // What the text began with: a text that somebody else has kept meanwhile is not written over.
  const [base, setBase] = useState({ kept, tag: tagOf(incident) })
  const [text, setText] = useState(kept ?? draft)
  const keep = useOrder(routes.keepPostmortem, changed)
  const publish = useOrder(routes.publishPostmortem, changed)
  const isKept = text.trim() === base.kept
  const isElsewhere = kept !== base.kept
  const ifMatch = isElsewhere ? base.tag : (tagOf(incident) ?? base.tag)
  const params = { incident: id }
  const give = async (act: () => Promise<IncidentView>, done: string) => {
    try {
      const next = await act()
      setBase({ kept: next.inner?.postmortem ?? null, tag: tagOf(next) })
      tellDone(done)
    } catch (fault) {
      tellFault(fault)
    }
  }
  return {
    ...{ text, setText, isKept },
    isDraft: base.kept === null,
    isPublished: isKept && (isPublic ? postmortem?.text === base.kept : incident.state === 'postmortem'),
    /** Somebody else has kept another text meanwhile. */
    isElsewhere,
    isKeeping: keep.isRunning,
    isPublishing: publish.isRunning,
    keep: () =>
      give(
        () => keep.give({ params, body: { text: text.trim() }, ifMatch }),
        'The text is kept. Nobody outside reads it yet.',
      ),
    publish: async () => {
      if (!(await confirm(isPublic ? toThePublic : inTheHouse))) return
      await give(
        () => publish.give({ params, body: {}, ifMatch }),
        isPublic ? 'The postmortem is published.' : 'The incident has its postmortem.',
      )
    },
  }
}

const toThePublic = {
  title: 'Publish this postmortem?',
  text: 'The whole text stands on the status page, in its feeds and in the JSON. Subscribers hear of it.',
  action: 'Publish it',
  undo: 'It can be changed and published again; it is not taken back.',
}
const inTheHouse = {
  title: 'Make this the last word?',
  text: 'The public does not know of this incident: the text stays in the house.',
  action: 'Make it the last word',
  undo: 'It can be changed.',
}
