/** Which notices an alarm stands in is asked in each round. */
export const alarmLinesSchema = `
CREATE INDEX alarm_notice_lines_alarm ON alarm_notice_lines (name, subject, since);
`
