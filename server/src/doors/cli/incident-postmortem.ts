import { readFileSync, statSync } from 'node:fs'
import { incidentLimits } from '#services/incidents/incident.ts'
import { incidentOf } from '#services/incidents/incident-order.ts'
import { makeDraft } from '#services/incidents/make-draft.ts'
import { keepPostmortem, publishPostmortem } from '#services/incidents/write-postmortem.ts'
import { UseError } from './arguments.ts'
import { oneWord, publishIfTold } from './incident-words.ts'
import { incidentOrderOf } from './order-of.ts'
import type { SiteCommand } from './site-command.ts'

/** `./mailkeep incident postmortem`: why it happened and what follows from it, from the draft to its publishing. */
export const postmortem: SiteCommand = {
  name: 'postmortem',
  summary: 'drafts, keeps and publishes its postmortem',
  help: `Usage: mailkeep incident postmortem ID [--draft house|public]
       mailkeep incident postmortem ID --file FILE
       mailkeep incident postmortem ID --publish [--text TEXT]
Prints the postmortem that is kept, or a draft with what was measured filled in. --file keeps another text, as Markdown;
the house alone reads it. --publish makes it the last word of an incident that is over: where the public knows of the
incident, the whole text stands on the status page, in feeds and in the JSON. Published again it takes the place of the
text before.
  --draft   prints a draft although a text is kept; one for the public names no customers, nodes and next hops
  --text    what the update says that tells of it`,
  options: {
    draft: { type: 'string' },
    file: { type: 'string' },
    publish: { type: 'boolean' },
    text: { type: 'string' },
  },
  async run(site, given, out) {
    const order = incidentOrderOf(site)
    const id = oneWord(given)
    const [file, audience] = [given.text('file'), given.text('draft')]
    if (audience !== undefined && audience !== 'house' && audience !== 'public')
      throw new UseError('--draft is house or public')
    if (file !== undefined) {
      const incident = await keepPostmortem(order, id, readText(file))
      if (!given.flag('publish')) {
        out.answer({ incident }, `${incident.name}: its postmortem is kept, and not published.`)
        return 0
      }
    }
    if (given.flag('publish')) {
      const incident = await publishPostmortem(order, id, given.text('text'))
      await publishIfTold(site, incident)
      out.answer(
        { incident },
        `${incident.name}: its postmortem ${incident.isPublic ? 'is published' : 'is its last word; the public does not know of it'}.`,
      )
      return 0
    }
    const incident = await incidentOf(order, id)
    const isKept = audience === undefined && incident.postmortem !== null
    const text = isKept
      ? (incident.postmortem ?? '')
      : await makeDraft(site, incident, audience ?? 'house', order.at)
    out.answer({ isKept, text }, text)
    return 0
  },
}

/** @throws UseError */
function readText(path: string): string {
  try {
    if (statSync(path).size > incidentLimits.postmortem * 4)
      throw new UseError(`${path} is longer than ${incidentLimits.postmortem} characters`)
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cause instanceof UseError) throw cause
    throw new UseError(`cannot read ${path}: ${(cause as Error).message}`)
  }
}
