"""The pages of call-backs: `listing` by time left, `page` of one, `verbs` as one line each."""
