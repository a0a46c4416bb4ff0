import { type MailWords, routes } from '@mailkeep/contract'
import { useAnswer } from '../session/use-answer.ts'
import type { KnownCodes } from './use-filters.ts'

/** Words that mail can be looked for by, as the server knows them. */
export function useWords(list: keyof MailWords): KnownCodes {
  const { value, isLoading } = useAnswer(routes.mailWords)
  return { codes: value?.[list], isLoading }
}
