/** What alarms said before they said something else; `until`: when it was seen to be so no more. */
export const alarmTextsSchema = `
CREATE TABLE alarm_texts (
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  until INTEGER NOT NULL,
  since INTEGER NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (name, subject, until)
) WITHOUT ROWID;
`
