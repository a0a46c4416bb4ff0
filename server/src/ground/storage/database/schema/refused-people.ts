/**
 * Refusals that name several recipients, by each of them: a figure of one person asks for his alone. Filled behind the mail in
 * the order of writing (refusal_log), so that versions which know nothing of it go on writing, and what was there before comes
 * in by pieces. By the day (ms) of a refusal, so that it goes with the refusals of that day.
 * `person`: a number made of an address without its tag; `line`: place in the order of writing.
 */
export const refusedPeopleSchema = `
CREATE TABLE refused_people (
  day INTEGER NOT NULL,
  person INTEGER NOT NULL,
  id TEXT NOT NULL,
  line INTEGER NOT NULL,
  PRIMARY KEY (day, person, id)
) WITHOUT ROWID;
CREATE TABLE refused_people_position (
  id INTEGER PRIMARY KEY,
  line INTEGER NOT NULL
);
`
