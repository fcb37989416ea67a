"""The pages of reviews: `listing` by time left, `page` of one, `verbs` as one line each, `register` a request."""
