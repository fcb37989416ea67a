from yinuo.facts.tests.flushing import flush_past_the_guards

flush_past_the_guards()
