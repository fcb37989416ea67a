"""The pages of preventions: `listing` by time left, `opening` a new one, `page` of one, `verbs` as one line each."""
