from yinuo.facts.ids import new_id


def test_ids_are_version_7_and_grow_within_a_process():
    made = [new_id() for _ in range(5_000)]
    assert {made_id.version for made_id in made} == {7}
    assert made == sorted(made)
    assert len(set(made)) == len(made)
