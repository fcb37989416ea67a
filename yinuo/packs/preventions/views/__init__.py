"""The pages: `listing` by time left, `outgoing` as a file, `opening` a new one, `page` of one with `another_day`,
`verbs` one line each."""
