/** What became of a question that carries an Idempotency-Key. */
export type KeptAnswer =
  | { readonly kind: 'new' }
  /** The same question is being answered at this moment. */
  | { readonly kind: 'under-way' }
  /** It has changed something, and then it failed, or was not answered for so long that whoever did it is gone: it may have been done in part. */
  | { readonly kind: 'cut-off' }
  /** The key was used for another question. */
  | { readonly kind: 'other' }
  | { readonly kind: 'known'; readonly answer: string }

/** Answers to questions that programs may send twice without meaning it twice. */
export interface KeptAnswers {
  /** Notes that a question is being answered, where nothing is known of its key yet. */
  begin(hash: string, question: string, now: number): Promise<KeptAnswer>
  end(hash: string, answer: string): Promise<void>
  /** It could not be answered: it may be asked again where it has changed nothing, and is cut off where it has. */
  drop(hash: string): Promise<void>
}
