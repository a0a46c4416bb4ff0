import type { MailState, ReviewPeopleLine } from '@mailkeep/contract'
import type { PersonStanding } from '#services/review/list-people.ts'
import { silenceTexts } from '#services/review/silence.ts'
import { momentOrNull } from './moment.ts'

/** Somebody in the list of those who look after their own mail. */
export function describeReviewPerson(
  { standing, outlook, ...person }: PersonStanding,
  reasonText: (reason: string) => string,
): ReviewPeopleLine {
  const { state, waiting, fresh, hidden, mail } = standing
  const { nextAt, silence } = outlook
  return {
    ...person,
    waiting,
    fresh,
    hidden,
    mailedAt: momentOrNull(state?.mailedAt ?? null),
    // The store has no state but these.
    mail: mail && { ...mail, state: mail.state as MailState, reasonText: reasonText(mail.reason) },
    reviewedAt: momentOrNull(state?.reviewedAt ?? null),
    nextMailAt: momentOrNull(nextAt),
    silence,
    silenceText: silence === null ? '' : silenceTexts[silence],
    isAsked: state?.isAsked === true && state.dueAt !== null,
  }
}
