import type { ReviewParts } from './review-parts.ts'
import { readReviewSettings } from './review-settings.ts'
import { countedMost, type ReviewPeopleQuery, type ReviewPerson, type Standing } from './review-standing.ts'
import { describeOutlook, type Outlook } from './silence.ts'

/** Somebody in a list of those who look after their own mail. */
export interface PersonStanding extends ReviewPerson {
  readonly standing: Standing
  readonly outlook: Outlook
  /** Whether a mail that is asked for now would go. */
  readonly maySend: boolean
}

/** People in order of their addresses, with what waits for each and what is to be expected of mails to them. */
export async function listPeople(
  { readReview, settingsOf, pageUrl, now }: ReviewParts,
  query: ReviewPeopleQuery,
): Promise<PersonStanding[]> {
  const people = await readReview.people(query)
  const known = people.map((person) => ({ person, settings: readReviewSettings(settingsOf(person.address)) }))
  const standings = await readReview.standings(
    known.map(({ person: { address, tenant }, settings: { visibility } }) => ({
      address,
      tenant,
      visibility,
    })),
    countedMost,
  )
  const at = now()
  const hasPage = pageUrl() !== ''
  return known.flatMap(({ person, settings }, index) => {
    const standing = standings[index]
    if (!standing) return []
    const outlook = describeOutlook(person, standing, settings, hasPage, at)
    return [{ ...person, standing, outlook, maySend: hasPage && person.isListed && settings.maySignIn }]
  })
}
